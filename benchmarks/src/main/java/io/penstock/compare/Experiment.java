package io.penstock.compare;

import java.util.List;

/** A comparison: its arms, and what was asked of them. */
interface Experiment {
    /** Name on the command line. */
    String name();

    /** What is compared, in a line. */
    String title();

    /** The arms, in the order they are run and shown. */
    List<Arm> arms(Size size);

    /** What is said below the table, from all results. */
    List<String> findings(List<ArmOutcome> outcomes);

    /** How much of it. */
    enum Size {
        /** Seconds, for a test that it runs. */
        SMOKE(1),
        /** Minutes. */
        QUICK(2),
        /** Within an hour on two cores. */
        DEFAULT(3),
        /** The paper's size: hours to days. */
        FULL(3);

        private final int seeds;

        Size(int seeds) {
            this.seeds = seeds;
        }

        int seeds() {
            return seeds;
        }

        <T> T pick(T smoke, T quick, T normal, T full) {
            return switch (this) {
                case SMOKE -> smoke;
                case QUICK -> quick;
                case DEFAULT -> normal;
                case FULL -> full;
            };
        }
    }
}
