package io.penstock.run;

/** Threads of a tensor operation in this process. */
final class TorchThreads {
    /** Read once, when the tensor library is loaded. */
    private static final String PROPERTY = "ai.djl.pytorch.num_threads";

    private TorchThreads() {}

    /** Deals the cores out to so many tasks; a number given to this process stays. */
    static void shareAmong(int tasks) {
        if (System.getProperty(PROPERTY) == null) {
            int threads = Runtime.getRuntime().availableProcessors() / tasks;
            System.setProperty(PROPERTY, Integer.toString(Math.max(1, threads)));
        }
    }
}
