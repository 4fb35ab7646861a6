package io.penstock.bench.harness;

import io.penstock.setting.Check;
import java.nio.file.Path;
import java.time.Duration;

/**
 * How a benchmark is run.
 *
 * @param size how much it does
 * @param runs how often each side is measured
 * @param torchThreads threads of a tensor operation
 * @param scratch folder for what it writes; its own, and deleted afterwards
 */
public record Settings(Size size, int runs, int torchThreads, Path scratch) {
    /** How much a benchmark does. */
    public enum Size {
        /** Enough for figures that can be quoted. */
        FULL(5),
        /** Enough for a first impression. */
        QUICK(3),
        /** Just enough to see that it works. */
        SMOKE(1);

        private final int runs;

        Size(int runs) {
            this.runs = runs;
        }

        /** How often each side is measured unless told otherwise. */
        public int runs() {
            return runs;
        }
    }

    public Settings {
        Check.within(1, 1000, "runs", runs);
        Check.within(1, 1024, "torch-threads", torchThreads);
    }

    /** The value for this size. */
    public <T> T pick(T full, T quick, T smoke) {
        return switch (size) {
            case FULL -> full;
            case QUICK -> quick;
            case SMOKE -> smoke;
        };
    }

    /** The number of seconds for this size. */
    public Duration seconds(double full, double quick, double smoke) {
        return Duration.ofMillis(Math.round(1000 * pick(full, quick, smoke)));
    }
}
