package io.penstock.bench.suite;

import io.penstock.bench.fixture.CompactRandom;
import io.penstock.bench.fixture.Studies;
import io.penstock.reservoir.Reservoir;
import java.util.concurrent.TimeUnit;
import org.apache.commons.rng.RestorableUniformRandomProvider;
import org.apache.commons.rng.simple.RandomSource;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;

/** The decisions of a full reservoir, timed by JMH. */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
public class ReservoirOperations {
    /** Draws that go with an insert: with fewer than one, unseen samples would fill it up. */
    static final int DRAWS = 4;

    /** Places that random choices fall on. */
    public enum Pattern {
        /** All of them, as in use: the larger the reservoir, the more choices miss the caches. */
        SPREAD,
        /** The first thousand of those to choose from: the same work in the same little memory. */
        COMPACT
    }

    @Param({"1000", "10000", "100000", "1000000"})
    int capacity;

    @Param({"SPREAD", "COMPACT"})
    Pattern pattern = Pattern.SPREAD;

    private Reservoir reservoir = Reservoir.create(Studies.reservoir(1, 0), random());
    private final int[] slots = new int[DRAWS];
    private final boolean[] fresh = new boolean[DRAWS];
    private long next;

    private static RestorableUniformRandomProvider random() {
        return RandomSource.XO_SHI_RO_256_PP.create(7L);
    }

    /** A full reservoir in the state it is in after a while. */
    @Setup
    public void fill() {
        reservoir =
                Reservoir.create(
                        Studies.reservoir(capacity, 0),
                        pattern == Pattern.COMPACT ? new CompactRandom(random()) : random());
        while (reservoir.size() < capacity) {
            insert();
        }
        reservoir.drawBatch(1, slots, fresh);
        for (int i = 0; i < capacity; i++) {
            insertAndDraw();
        }
    }

    private int insert() {
        next++;
        return reservoir.insert(0, next, next / Studies.STEPS, (int) (next % Studies.STEPS));
    }

    /** One insert, which evicts, and four draws. */
    @Benchmark
    public int insertAndDraw() {
        return insert() + reservoir.drawBatch(DRAWS, slots, fresh);
    }

    /** Four draws. */
    @Benchmark
    public int draw() {
        return reservoir.drawBatch(DRAWS, slots, fresh);
    }
}
