package io.penstock.surrogate;

import ai.djl.engine.Engine;
import ai.djl.pytorch.jni.JniUtils;

/**
 * How many threads a tensor operation takes. The tensor library knows that for each thread that
 * calls it: the number a process was started with holds only for the thread that loaded the
 * library, and every other one would take all cores.
 */
public final class TorchThreads {
    /** The system property with the number a process is started with. */
    public static final String PROPERTY = "ai.djl.pytorch.num_threads";

    private TorchThreads() {}

    /** Deals the cores out to so many tasks; a number given to this process stays. */
    public static void shareAmong(int tasks) {
        if (System.getProperty(PROPERTY) == null) {
            int threads = Runtime.getRuntime().availableProcessors() / tasks;
            System.setProperty(PROPERTY, Integer.toString(Math.max(1, threads)));
        }
    }

    /**
     * From now on the operations of this thread take so many.
     *
     * @param threads how many; 0 for as many as the process was started with, or, where that says
     *     nothing either, what it has been
     */
    public static void limitThisThread(int threads) {
        int limit = threads > 0 ? threads : Integer.getInteger(PROPERTY, 0);
        if (limit > 0) {
            Engine.getEngine("PyTorch");
            JniUtils.setNumThreads(limit);
        }
    }
}
