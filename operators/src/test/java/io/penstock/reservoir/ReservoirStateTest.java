package io.penstock.reservoir;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIOException;

import io.penstock.sample.SampleForm;
import java.io.ByteArrayInputStream;
import java.io.DataInputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.apache.commons.rng.UniformRandomProvider;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.FieldSource;

class ReservoirStateTest {
    private static final ReservoirSpec RESERVOIR = Reservoirs.reservoir(6, 2);
    private static final int OVER_AT = 600;
    private static final int END = 700;

    /** Where the version, the preset's code, the capacity and the counters start. */
    private static final int VERSION_AT = 4;

    private static final int KIND_AT = 8;
    private static final int INSERTS_AT = 14;
    private static final int BUCKETS_AT = INSERTS_AT + 5 * 8;
    private static final int UNSEEN_AT = BUCKETS_AT + 4 + (64 + 3) * 8;
    private static final int ORDER_AT = UNSEEN_AT + 8;

    static final List<ReservoirSpec> PRESETS =
            List.of(
                    Reservoirs.fifo(40),
                    Reservoirs.firo(40, 10, 1),
                    Reservoirs.firo(40, 10, 3),
                    Reservoirs.reservoir(40, 10),
                    Reservoirs.mixed(Reservoirs.firo(40, 10, 3), 0.5, 8),
                    Reservoirs.mixed(Reservoirs.reservoir(40, 10), 0.5, 8));

    /** Empty, filling, steady, just before and after reception is over, draining, drained. */
    @ParameterizedTest
    @FieldSource("PRESETS")
    void decidesAfterARestoreAsIfNeverInterrupted(ReservoirSpec spec) throws IOException {
        List<String> uninterrupted = new ArrayList<>();
        Reservoir whole = Reservoir.create(spec, Reservoirs.rng(1));
        play(whole, 0, END, uninterrupted);
        assertThat(whole.size()).as("drained").isZero();
        for (int cut : new int[] {0, 7, 60, 333, OVER_AT, OVER_AT + 1, OVER_AT + 5, END}) {
            List<String> decisions = new ArrayList<>();
            Reservoir first = Reservoir.create(spec, Reservoirs.rng(1));
            play(first, 0, cut, decisions);
            Reservoir second = read(spec, GoldenReservoirState.state(first));
            play(second, cut, END, decisions);
            assertThat(decisions).as("cut at %d", cut).isEqualTo(uninterrupted);
            assertThat(GoldenReservoirState.state(second))
                    .as("cut at %d", cut)
                    .isEqualTo(GoldenReservoirState.state(whole));
        }
    }

    /** Plays a fixed script of inserts, draws and removals and notes every decision. */
    private static void play(Reservoir reservoir, int from, int to, List<String> decisions) {
        int[] slots = new int[5];
        boolean[] fresh = new boolean[5];
        for (int i = from; i < to; i++) {
            UniformRandomProvider script = Reservoirs.rng(1000 + i);
            if (i == OVER_AT) {
                reservoir.receptionOver();
            }
            for (int n = script.nextInt(3); n > 0 && reservoir.acceptsInsert(); n--) {
                decisions.add("in " + Reservoirs.insert(reservoir, reservoir.inserts()));
            }
            int drawn = reservoir.drawBatch(script.nextInt(6), slots, fresh);
            for (int n = 0; n < drawn; n++) {
                decisions.add("out " + slots[n] + fresh[n] + reservoir.age(slots[n]));
            }
            if (script.nextInt(20) == 0) {
                List<Integer> held = new ArrayList<>();
                reservoir.forEachOccupied(held::add);
                held.stream().skip(2).findFirst().ifPresent(reservoir::remove);
            }
            decisions.add("held " + Reservoirs.held(reservoir) + reservoir.drawStatistics());
        }
    }

    @ParameterizedTest
    @FieldSource("PRESETS")
    void takesAboutFortyBytesPerSample(ReservoirSpec spec) throws IOException {
        Reservoir reservoir = Reservoir.create(spec, Reservoirs.rng(1));
        int empty = GoldenReservoirState.state(reservoir).length;
        Reservoirs.fill(reservoir, 40);
        assertThat(GoldenReservoirState.state(reservoir)).hasSize(empty + 36 * 40);
        assertThat(empty).isLessThan(800 + 4 * 40);
    }

    @ParameterizedTest
    @FieldSource("io.penstock.reservoir.GoldenReservoirState#ALL")
    void readsAndWritesVersionOne(GoldenReservoirState.Golden example) throws IOException {
        byte[] golden = golden(example.name() + "-v1.bin");
        Reservoir restored = read(example.spec(), golden);
        assertThat(GoldenReservoirState.state(restored)).isEqualTo(golden);
        assertThat(GoldenReservoirState.state(GoldenReservoirState.example(example.spec())))
                .as("the version in use still writes what made the file")
                .isEqualTo(golden);
    }

    @Test
    void readsTheValuesOfVersionOne() throws IOException {
        Reservoir restored = read(RESERVOIR, golden("reservoir-v1.bin"));
        List<String> entries = new ArrayList<>();
        restored.forEachOccupied(
                slot ->
                        entries.add(
                                String.format(
                                        "%d: %d@%d simulation %d step %d age %d",
                                        slot,
                                        restored.partition(slot),
                                        restored.offset(slot),
                                        restored.simulation(slot),
                                        restored.step(slot),
                                        restored.age(slot))));
        assertThat(entries)
                .containsExactly(
                        "2: 0@4000000006 simulation 1099511627782 step 16 age 5",
                        "3: 0@4000000008 simulation 1099511627784 step 18 age 3",
                        "4: 1@4000000009 simulation 1099511627785 step 19 age 2",
                        "0: 0@4000000010 simulation 1099511627786 step 20 age 1",
                        "1: 1@4000000011 simulation 1099511627787 step 21 age 0");
        assertThat(restored.inserts()).isEqualTo(12);
        int[] next = new int[8];
        restored.drawBatch(8, next, new boolean[8]);
        assertThat(next).containsExactly(1, 3, 0, 0, 1, 4, 1, 4);
    }

    @Test
    void takesThresholdAndPseudoEpochsFromTheStudy() throws IOException {
        Reservoir firo = Reservoir.create(Reservoirs.firo(10, 8, 2), Reservoirs.rng(1));
        Reservoirs.fill(firo, 8);
        assertThat(firo.canDraw()).isFalse();
        Reservoir restored = read(Reservoirs.firo(10, 7, 1), GoldenReservoirState.state(firo));
        assertThat(restored.drawBatch(5, new int[5], new boolean[5])).isEqualTo(1);
        assertThat(restored.size()).isEqualTo(7);
    }

    @Test
    void refusesTheStateOfAnotherPresetOrCapacity() throws IOException {
        byte[] state = golden("reservoir-v1.bin");
        assertThatIOException()
                .isThrownBy(() -> read(Reservoirs.firo(6, 2, 1), state))
                .withMessageContaining("is of a RESERVOIR of capacity 6")
                .withMessageContaining("asks for a FIRO of capacity 6");
        assertThatIOException()
                .isThrownBy(() -> read(Reservoirs.reservoir(7, 2), state))
                .withMessageContaining("asks for a RESERVOIR of capacity 7");
        assertThatIOException()
                .isThrownBy(() -> read(RESERVOIR, withByte(state, KIND_AT, 9)))
                .withMessageContaining("a preset of unknown code 9");
    }

    @Test
    void refusesWhatIsNotAReservoirsState() throws IOException {
        byte[] state = golden("reservoir-v1.bin");
        assertThatIOException()
                .isThrownBy(() -> read(RESERVOIR, withByte(state, 0, 'X')))
                .withMessageContaining("starts with 58535256, not 50535256");
        assertThatIOException()
                .isThrownBy(() -> read(RESERVOIR, withByte(state, VERSION_AT + 3, 2)))
                .withMessageContaining("version 2; versions 1 to 1 can be read");
    }

    @Test
    void refusesAStateCutShortAnywhere() throws IOException {
        byte[] state = golden("reservoir-v1.bin");
        for (int length = 0; length < state.length; length++) {
            byte[] cut = Arrays.copyOf(state, length);
            assertThatIOException()
                    .isThrownBy(() -> read(RESERVOIR, cut))
                    .withMessageContaining("ends early");
        }
    }

    @Test
    void refusesCountsThatContradictEachOther() throws IOException {
        byte[] state = golden("reservoir-v1.bin");
        assertThatIOException()
                .isThrownBy(() -> read(RESERVOIR, withLong(state, INSERTS_AT, 13)))
                .withMessageContaining("13 inserts");
        assertThatIOException()
                .isThrownBy(() -> read(RESERVOIR, withLong(state, INSERTS_AT, -1)))
                .withMessageContaining("negative counters: -1 inserts");
        assertThatIOException()
                .isThrownBy(() -> read(RESERVOIR, withLong(state, INSERTS_AT + 8, 1)))
                .withMessageContaining("1 draws");
        assertThatIOException()
                .isThrownBy(() -> read(RESERVOIR, withInt(state, BUCKETS_AT, 1 << 30)))
                .withMessageContaining("1073741824 buckets");
        assertThatIOException()
                .isThrownBy(() -> read(RESERVOIR, withInt(state, UNSEEN_AT, 7)))
                .withMessageContaining("7 unseen");
        assertThatIOException()
                .isThrownBy(() -> read(RESERVOIR, withInt(state, UNSEEN_AT, -1)))
                .withMessageContaining("-1 unseen");
    }

    @Test
    void refusesSlotsThatDoNotExistOrComeTwice() throws IOException {
        byte[] state = golden("reservoir-v1.bin");
        for (int slot : new int[] {-1, 6, ByteBuffer.wrap(state).getInt(ORDER_AT + 4)}) {
            assertThatIOException()
                    .isThrownBy(() -> read(RESERVOIR, withInt(state, ORDER_AT, slot)))
                    .withMessageContaining("is not one of the 6 slots or comes twice");
        }
    }

    /** Whatever is read, what comes of it is a reservoir or an IOException. */
    @Test
    void readsDamagedStateOrRefusesIt() throws IOException {
        byte[] state = golden("reservoir-v1.bin");
        UniformRandomProvider damage = Reservoirs.rng(12);
        int refused = 0;
        for (int i = 0; i < 20_000; i++) {
            byte[] damaged = withByte(state, damage.nextInt(state.length), damage.nextInt(256));
            try {
                Reservoir restored = read(RESERVOIR, damaged);
                restored.receptionOver();
                restored.drawBatch(8, new int[8], new boolean[8]);
                assertThat(restored.size()).isZero();
            } catch (IOException e) {
                assertThat(e).hasMessageContaining("cannot restore the");
                refused++;
            }
        }
        assertThat(refused).isBetween(5_000, 19_999);
    }

    private static Reservoir read(ReservoirSpec spec, byte[] state) throws IOException {
        return Reservoir.readFrom(
                spec,
                SampleForm.DIRECT,
                1,
                Reservoirs.rng(99),
                new DataInputStream(new ByteArrayInputStream(state)));
    }

    private static byte[] golden(String file) throws IOException {
        try (var in = ReservoirStateTest.class.getResourceAsStream(file)) {
            assertThat(in).as(file).isNotNull();
            return in.readAllBytes();
        }
    }

    private static byte[] withByte(byte[] state, int at, int value) {
        byte[] changed = state.clone();
        changed[at] = (byte) value;
        return changed;
    }

    private static byte[] withInt(byte[] state, int at, int value) {
        return ByteBuffer.wrap(state.clone()).putInt(at, value).array();
    }

    private static byte[] withLong(byte[] state, int at, long value) {
        return ByteBuffer.wrap(state.clone()).putLong(at, value).array();
    }
}
