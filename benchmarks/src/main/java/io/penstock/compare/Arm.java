package io.penstock.compare;

/**
 * A side of a comparison.
 *
 * @param group what it is compared within, such as a family of models; empty when all arms are one
 * @param name its name, distinct in the group
 * @param source where the samples of the training come from
 * @param study text of its study, with {@code ${seed}} where the seed stands
 * @param batches offline: training steps; online they follow from the study
 */
record Arm(String group, String name, Source source, String study, int batches) {
    /** Where samples come from. */
    enum Source {
        /** Simulations that run meanwhile, through Kafka and the reservoir. */
        ONLINE,
        /** The study's simulations, written to files beforehand, the files warm in the cache. */
        FILES,
        /** As files, with the system's cache of them dropped before every epoch. */
        COLD_FILES,
        /** The study's simulations, all in memory: what no pipeline can be better than. */
        MEMORY
    }

    /** Name with the group. */
    String title() {
        return group.isEmpty() ? name : group + ", " + name;
    }

    /** Name of its folder for a seed. */
    String folder(long seed) {
        return (title() + "-seed-" + seed)
                .toLowerCase(java.util.Locale.ROOT)
                .replaceAll("[^a-z0-9]+", "-");
    }
}
