package io.penstock.reservoir;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.LongStream;
import java.util.stream.Stream;
import org.apache.commons.rng.UniformRandomProvider;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What holds of every preset. */
@ParameterizedClass
@MethodSource("presets")
class ReservoirContractTest {
    private static final int CAPACITY = 12;

    private final ReservoirSpec spec;
    private final Reservoir reservoir;

    ReservoirContractTest(ReservoirSpec spec) {
        this.spec = spec;
        this.reservoir = Reservoir.create(spec, Reservoirs.rng(7));
    }

    static Stream<ReservoirSpec> presets() {
        return Stream.of(
                Reservoirs.fifo(CAPACITY),
                Reservoirs.firo(CAPACITY, 4, 1),
                Reservoirs.firo(CAPACITY, 4, 3),
                Reservoirs.mixed(Reservoirs.firo(CAPACITY, 4, 3), 0.5, 5),
                Reservoirs.mixed(Reservoirs.reservoir(CAPACITY, 4), 0.5, 5),
                Reservoirs.reservoir(CAPACITY, 4),
                Reservoirs.reservoir(CAPACITY, CAPACITY - 1));
    }

    @Test
    void startsEmptyAndReadyForInserts() {
        assertThat(reservoir.size()).isZero();
        assertThat(reservoir.capacity()).isEqualTo(CAPACITY);
        assertThat(reservoir.acceptsInsert()).isTrue();
        assertThat(reservoir.canDraw()).isFalse();
        assertThat(reservoir.drawStatistics().mean()).isZero();
        assertThat(reservoir.drawStatistics().min()).isZero();
        assertThat(Reservoirs.held(reservoir)).isEmpty();
    }

    @Test
    void givesEachSampleItsOwnSlotAndRemembersWhoIsThere() {
        boolean[] taken = new boolean[CAPACITY];
        for (int i = 0; i < CAPACITY; i++) {
            int slot = reservoir.insert(i % 3, 1000L + i, 1L << 40 | i, 50 + i);
            assertThat(taken[slot]).as("slot %d is free", slot).isFalse();
            taken[slot] = true;
            assertThat(reservoir.partition(slot)).isEqualTo(i % 3);
            assertThat(reservoir.offset(slot)).isEqualTo(1000L + i);
            assertThat(reservoir.simulation(slot)).isEqualTo(1L << 40 | i);
            assertThat(reservoir.step(slot)).isEqualTo(50 + i);
        }
        assertThat(reservoir.unseen()).isEqualTo(CAPACITY);
    }

    @Test
    void ageCountsTheInsertsSince() {
        int first = Reservoirs.insert(reservoir, 0);
        assertThat(reservoir.age(first)).isZero();
        Reservoirs.fill(reservoir, 5);
        assertThat(reservoir.age(first)).isEqualTo(5);
    }

    @Test
    void visitsTheSamplesFromTheOldestToTheYoungest() {
        Reservoirs.fill(reservoir, 9);
        assertThat(Reservoirs.held(reservoir)).isEqualTo(numbers(0, 9));
    }

    @Test
    void refusesInsertsWhenFullOfUnseenSamples() {
        Reservoirs.fill(reservoir, CAPACITY);
        assertThat(reservoir.acceptsInsert()).isFalse();
        assertThatIllegalStateException()
                .isThrownBy(() -> reservoir.insert(3, 77, 8, 9))
                .withMessageContaining("simulation 8, step 9 (3@77)")
                .withMessageContaining("12 unseen and 0 seen samples in 12 slots");
        assertThat(reservoir.inserts()).isEqualTo(CAPACITY);
        assertThat(Reservoirs.held(reservoir)).isEqualTo(numbers(0, CAPACITY));
    }

    @Test
    void refusesInsertsOnceReceptionIsOver() {
        Reservoirs.fill(reservoir, 1);
        reservoir.receptionOver();
        assertThat(reservoir.isReceptionOver()).isTrue();
        assertThat(reservoir.acceptsInsert()).isFalse();
        assertThatIllegalStateException()
                .isThrownBy(() -> Reservoirs.insert(reservoir, 1))
                .withMessageContaining("reception is over");
    }

    @Test
    void drawsNothingFromAnEmptyReservoirEvenOnceReceptionIsOver() {
        reservoir.receptionOver();
        assertThat(reservoir.canDraw()).isFalse();
        assertThat(reservoir.drawBatch(4, new int[4], new boolean[4])).isZero();
    }

    @Test
    void drainsToTheLastIncompleteBatch() {
        Reservoirs.fill(reservoir, 7);
        reservoir.receptionOver();
        int drawsEach = spec.kind() == ReservoirSpec.Kind.FIRO ? spec.pseudoEpochs() : 1;
        int left = 7 * drawsEach;
        while (left > 0) {
            int expected = Math.min(4, left);
            assertThat(reservoir.drawBatch(4, new int[4], new boolean[4])).isEqualTo(expected);
            left -= expected;
        }
        assertThat(reservoir.drawBatch(4, new int[4], new boolean[4])).isZero();
        assertThat(reservoir.size()).isZero();
        assertThat(reservoir.drained()).isEqualTo(7);
    }

    @Test
    void keepsWhoWasDrawnReadableUntilTheNextInsert() {
        Reservoirs.fill(reservoir, 7);
        reservoir.receptionOver();
        int[] slots = new int[CAPACITY];
        int drawn = reservoir.drawBatch(7, slots, new boolean[CAPACITY]);
        for (int i = 0; i < drawn; i++) {
            assertThat(reservoir.offset(slots[i])).isBetween(0L, 6L);
            assertThat(reservoir.age(slots[i])).isEqualTo(6 - reservoir.offset(slots[i]));
        }
    }

    @Test
    void refusesABatchLargerThanItsArrays() {
        Reservoirs.fill(reservoir, 7);
        assertThatIllegalArgumentException()
                .isThrownBy(() -> reservoir.drawBatch(3, new int[3], new boolean[2]))
                .withMessageContaining("3 samples")
                .withMessageContaining("2 flags");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> reservoir.drawBatch(3, new int[2], new boolean[3]));
        assertThatIllegalArgumentException()
                .isThrownBy(() -> reservoir.drawBatch(-1, new int[2], new boolean[3]));
        assertThat(reservoir.draws()).isZero();
    }

    @Test
    void removesUnseenAndSeenSamplesAsLost() {
        Reservoirs.fill(reservoir, CAPACITY);
        int unseen = reservoir.unseen();
        removeNumber(4);
        assertThat(reservoir.unseen()).isEqualTo(unseen - 1);
        reservoir.drawBatch(3, new int[3], new boolean[3]);
        long inserted = reservoir.inserts();
        List<Long> held = Reservoirs.held(reservoir);
        removeNumber(held.get(held.size() - 1));
        removeNumber(held.get(0));
        assertThat(reservoir.lost()).isEqualTo(3);
        assertThat(Reservoirs.held(reservoir)).isEqualTo(held.subList(1, held.size() - 1));
        assertThat(reservoir.inserts()).isEqualTo(inserted);
        assertBalances();
        assertThat(reservoir.acceptsInsert()).isTrue();
    }

    @Test
    void removesWhileVisiting() {
        Reservoirs.fill(reservoir, CAPACITY);
        reservoir.forEachOccupied(
                slot -> {
                    if (reservoir.offset(slot) % 3 != 0) {
                        reservoir.remove(slot);
                    }
                });
        assertThat(Reservoirs.held(reservoir)).containsExactly(0L, 3L, 6L, 9L);
        assertThat(reservoir.lost()).isEqualTo(8);
    }

    @ParameterizedTest
    @ValueSource(ints = {-1, CAPACITY, CAPACITY - 1})
    void refusesToRemoveWhatIsNotThere(int slot) {
        Reservoirs.fill(reservoir, CAPACITY - 1);
        assertThatIllegalArgumentException()
                .isThrownBy(() -> reservoir.remove(slot))
                .withMessageContaining("slot " + slot);
        assertThat(reservoir.lost()).isZero();
    }

    /** A long random run, every step compared with a model kept in plain collections. */
    @Test
    void agreesWithAPlainModelOverALongRandomRun() {
        UniformRandomProvider script = Reservoirs.rng(11);
        Map<Long, Integer> drawsOfHeld = new HashMap<>();
        for (int i = 0; i < 20_000; i++) {
            switch (script.nextInt(16)) {
                case 0 -> removeOne(script, drawsOfHeld);
                case 1, 2, 3, 4, 5, 6, 7 -> insertOne(drawsOfHeld);
                default -> drawSome(1 + script.nextInt(3), drawsOfHeld);
            }
            assertThat(Reservoirs.held(reservoir))
                    .isEqualTo(drawsOfHeld.keySet().stream().sorted().toList());
            assertThat(reservoir.unseen())
                    .isEqualTo(drawsOfHeld.values().stream().filter(n -> n == 0).count());
            assertBalances();
        }
        assertThat(reservoir.inserts()).isGreaterThan(1000);
        assertThat(reservoir.lost()).isGreaterThan(100);
    }

    private void insertOne(Map<Long, Integer> drawsOfHeld) {
        boolean full = reservoir.size() == CAPACITY;
        if (!reservoir.acceptsInsert()) {
            assertThat(full).isTrue();
            return;
        }
        long number = reservoir.inserts();
        long evicted = reservoir.evicted();
        int slot = Reservoirs.insert(reservoir, number);
        assertThat(reservoir.offset(slot)).isEqualTo(number);
        assertThat(reservoir.evicted() - evicted).isEqualTo(full ? 1 : 0);
        if (full) {
            List<Long> held = Reservoirs.held(reservoir);
            long gone =
                    drawsOfHeld.keySet().stream()
                            .filter(n -> !held.contains(n))
                            .findAny()
                            .orElseThrow();
            assertThat(drawsOfHeld.remove(gone)).as("draws of the evicted").isPositive();
        }
        drawsOfHeld.put(number, 0);
    }

    private void drawSome(int max, Map<Long, Integer> drawsOfHeld) {
        int[] slots = new int[max];
        boolean[] fresh = new boolean[max];
        boolean couldDraw = reservoir.canDraw();
        int drawn = reservoir.drawBatch(max, slots, fresh);
        assertThat(drawn > 0).isEqualTo(couldDraw);
        assertThat(drawn < max).isEqualTo(drawn < max && !reservoir.canDraw());
        for (int i = 0; i < drawn; i++) {
            int draws = drawsOfHeld.merge(reservoir.offset(slots[i]), 1, Integer::sum);
            assertThat(fresh[i]).isEqualTo(draws == 1);
        }
        int drawsPerStay = BufferPolicy.of(spec).drawsPerStay();
        drawsOfHeld.values().removeIf(draws -> draws >= drawsPerStay);
    }

    private void removeOne(UniformRandomProvider script, Map<Long, Integer> drawsOfHeld) {
        List<Long> held = Reservoirs.held(reservoir);
        if (!held.isEmpty()) {
            long number = held.get(script.nextInt(held.size()));
            removeNumber(number);
            drawsOfHeld.remove(number);
        }
    }

    private void removeNumber(long number) {
        reservoir.forEachOccupied(
                slot -> {
                    if (reservoir.offset(slot) == number) {
                        reservoir.remove(slot);
                    }
                });
    }

    private void assertBalances() {
        long left = reservoir.evicted() + reservoir.drained() + reservoir.lost();
        assertThat(reservoir.inserts()).isEqualTo(reservoir.size() + left);
        assertThat(reservoir.size()).isEqualTo(reservoir.seen() + reservoir.unseen());
        DrawStatistics statistics = reservoir.drawStatistics();
        assertThat(statistics.count()).isEqualTo(left);
        assertThat(statistics.histogram()).hasSize(DrawStatistics.BUCKETS);
    }

    private static List<Long> numbers(long from, long to) {
        return LongStream.range(from, to).boxed().toList();
    }
}
