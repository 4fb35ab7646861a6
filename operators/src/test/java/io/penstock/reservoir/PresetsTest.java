package io.penstock.reservoir;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.penstock.setting.InvalidSettingException;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What sets the presets apart, exactly; ReservoirStatisticsTest has what holds on average. */
class PresetsTest {
    @Test
    void fifoDrawsEverySampleOnceInOrder() {
        Reservoir fifo = Reservoir.create(Reservoirs.fifo(10), Reservoirs.rng(1));
        List<Long> drawn = new ArrayList<>();
        int[] slots = new int[4];
        boolean[] fresh = new boolean[4];
        for (int round = 0; round < 100; round++) {
            while (fifo.acceptsInsert() && fifo.size() < 3 + round % 8) {
                Reservoirs.fill(fifo, 1);
            }
            int n = fifo.drawBatch(1 + round % 4, slots, fresh);
            for (int i = 0; i < n; i++) {
                assertThat(fresh[i]).isTrue();
                drawn.add(fifo.offset(slots[i]));
            }
        }
        assertThat(drawn).hasSizeGreaterThan(200);
        assertThat(drawn).isEqualTo(LongStream.range(0, drawn.size()).boxed().toList());
        assertThat(fifo.evicted()).isZero();
        assertThat(fifo.drawStatistics().max()).isEqualTo(1);
    }

    @Test
    void fifoIgnoresTheThresholdAndStopsWhenEmpty() {
        ReservoirSpec spec =
                new ReservoirSpec(
                        ReservoirSpec.Kind.FIFO,
                        10,
                        5,
                        1,
                        NewestSpec.NONE,
                        ReservoirSpec.Checkpoint.REFERENCE);
        Reservoir fifo = Reservoir.create(spec, Reservoirs.rng(1));
        Reservoirs.fill(fifo, 3);
        assertThat(fifo.drawBatch(8, new int[8], new boolean[8])).isEqualTo(3);
        assertThat(fifo.canDraw()).isFalse();
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2, 5})
    void firoDrawsEverySampleItsPseudoEpochs(int pseudoEpochs) {
        Reservoir firo = Reservoir.create(Reservoirs.firo(50, 20, pseudoEpochs), Reservoirs.rng(2));
        for (int i = 0; i < 3000; i++) {
            while (!firo.acceptsInsert()) {
                Reservoirs.draw(firo);
            }
            Reservoirs.fill(firo, 1);
        }
        firo.receptionOver();
        while (firo.canDraw()) {
            Reservoirs.draw(firo);
        }
        DrawStatistics statistics = firo.drawStatistics();
        assertThat(statistics.count()).isEqualTo(3000);
        assertThat(statistics.min()).isEqualTo(pseudoEpochs);
        assertThat(statistics.max()).isEqualTo(pseudoEpochs);
        assertThat(statistics.total()).isEqualTo(3000L * pseudoEpochs).isEqualTo(firo.draws());
        assertThat(firo.evicted()).isZero();
    }

    @Test
    void firoDrawsNothingAtItsThresholdUntilReceptionIsOver() {
        Reservoir firo = Reservoir.create(Reservoirs.firo(10, 4, 1), Reservoirs.rng(3));
        Reservoirs.fill(firo, 4);
        assertThat(firo.canDraw()).isFalse();
        assertThat(firo.drawBatch(1, new int[1], new boolean[1])).isZero();
        Reservoirs.fill(firo, 3);
        assertThat(firo.drawBatch(8, new int[8], new boolean[8])).isEqualTo(3);
        assertThat(firo.size()).isEqualTo(4);
        firo.receptionOver();
        assertThat(firo.drawBatch(8, new int[8], new boolean[8])).isEqualTo(4);
    }

    @Test
    void reservoirDrawsAboveItsThresholdWithoutShrinking() {
        Reservoir reservoir = Reservoir.create(Reservoirs.reservoir(10, 4), Reservoirs.rng(4));
        Reservoirs.fill(reservoir, 4);
        assertThat(reservoir.canDraw()).isFalse();
        Reservoirs.fill(reservoir, 1);
        assertThat(reservoir.drawBatch(100, new int[100], new boolean[100])).isEqualTo(100);
        assertThat(reservoir.size()).isEqualTo(5);
    }

    @Test
    void reservoirMayRepeatASampleWithinABatchAndMarksItFreshOnce() {
        Reservoir reservoir = Reservoir.create(Reservoirs.reservoir(10, 0), Reservoirs.rng(5));
        Reservoirs.fill(reservoir, 1);
        boolean[] fresh = new boolean[3];
        int[] slots = new int[3];
        assertThat(reservoir.drawBatch(3, slots, fresh)).isEqualTo(3);
        assertThat(slots).containsOnly(slots[0]);
        assertThat(fresh).containsExactly(true, false, false);
    }

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3})
    void reservoirEvictsOnlySeenSamples(long seed) {
        Reservoir reservoir = Reservoir.create(Reservoirs.reservoir(10, 9), Reservoirs.rng(seed));
        Reservoirs.fill(reservoir, 10);
        List<Long> seen =
                IntStream.range(0, 4)
                        .mapToObj(i -> reservoir.offset(Reservoirs.draw(reservoir)))
                        .distinct()
                        .toList();
        for (int evictions = 1; evictions <= seen.size(); evictions++) {
            assertThat(reservoir.acceptsInsert()).isTrue();
            Reservoirs.fill(reservoir, 1);
            assertThat(reservoir.evicted()).isEqualTo(evictions);
        }
        assertThat(reservoir.acceptsInsert()).isFalse();
        assertThat(Reservoirs.held(reservoir)).hasSize(10).doesNotContainAnyElementsOf(seen);
    }

    @Test
    void newestAloneIsTheLastInsertedUntilItHasLeft() {
        ReservoirSpec spec = Reservoirs.mixed(Reservoirs.firo(10, 0, 2), 1, 1);
        Reservoir firo = Reservoir.create(spec, Reservoirs.rng(9));
        Reservoirs.fill(firo, 5);
        assertThat(firo.offset(Reservoirs.draw(firo))).isEqualTo(4);
        assertThat(firo.offset(Reservoirs.draw(firo))).isEqualTo(4);
        assertThat(firo.offset(Reservoirs.draw(firo))).isLessThan(4);
        Reservoirs.fill(firo, 1);
        assertThat(firo.offset(Reservoirs.draw(firo))).isEqualTo(5);
    }

    @Test
    void newestIsRefusedWhereDrawsAreNotUniform() {
        assertThatThrownBy(() -> Reservoirs.mixed(Reservoirs.fifo(10), 0.1, 5))
                .isInstanceOf(InvalidSettingException.class)
                .hasMessageContaining("newest.share: 0.1")
                .hasMessageContaining("0 except with kind firo or reservoir");
    }

    @Test
    void reservoirDrainsWithOneDrawPerSampleHeld() {
        Reservoir reservoir = Reservoir.create(Reservoirs.reservoir(30, 10), Reservoirs.rng(6));
        for (int i = 0; i < 200; i++) {
            while (!reservoir.acceptsInsert()) {
                Reservoirs.draw(reservoir);
            }
            Reservoirs.fill(reservoir, 1);
        }
        List<Long> held = Reservoirs.held(reservoir);
        reservoir.receptionOver();
        int[] slots = new int[64];
        int drawn = reservoir.drawBatch(64, slots, new boolean[64]);
        assertThat(IntStream.range(0, drawn).mapToObj(i -> reservoir.offset(slots[i])))
                .containsExactlyInAnyOrderElementsOf(held);
        assertThat(reservoir.size()).isZero();
        assertThat(reservoir.drained()).isEqualTo(30);
    }

    /** r ≤ 1: the solvers offer more than is drawn, so the reservoir is full of unseen samples. */
    @ParameterizedTest
    @ValueSource(ints = {1, 4})
    void reservoirThrottlesInsertsAndDrawsEachSampleOnceWhenSolversOutrunTraining(int offered) {
        Reservoir reservoir = Reservoir.create(Reservoirs.reservoir(50, 49), Reservoirs.rng(8));
        Reservoirs.fill(reservoir, 50);
        int refused = 0;
        for (int i = 0; i < 2000; i++) {
            Reservoirs.draw(reservoir);
            for (int offer = 0; offer < offered; offer++) {
                if (reservoir.acceptsInsert()) {
                    Reservoirs.fill(reservoir, 1);
                } else {
                    refused++;
                }
            }
        }
        assertThat(reservoir.inserts()).isEqualTo(2050);
        assertThat(refused).isEqualTo(2000 * (offered - 1));
        reservoir.receptionOver();
        reservoir.drawBatch(50, new int[50], new boolean[50]);
        DrawStatistics statistics = reservoir.drawStatistics();
        assertThat(statistics.count()).isEqualTo(2050);
        assertThat(statistics.min()).isEqualTo(1);
        assertThat(statistics.max()).isEqualTo(1);
    }
}
