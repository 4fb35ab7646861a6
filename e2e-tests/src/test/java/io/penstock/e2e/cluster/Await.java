package io.penstock.e2e.cluster;

import java.time.Duration;
import java.util.concurrent.locks.LockSupport;

/** Waits for conditions, never for a length of time. */
public final class Await {
    private static final long PAUSE_NANOS = 20_000_000;

    private Await() {}

    /** Something that will hold. */
    @FunctionalInterface
    public interface Condition {
        /** Whether it does; an exception ends the waiting. */
        boolean holds() throws Exception;
    }

    /**
     * Waits until a condition holds.
     *
     * @param what what is waited for, for the error
     * @throws AssertionError if it does not within the limit
     */
    public static void until(String what, Duration limit, Condition condition) throws Exception {
        long deadline = System.nanoTime() + limit.toNanos();
        while (!condition.holds()) {
            if (System.nanoTime() > deadline) {
                throw new AssertionError("no " + what + " within " + limit.toSeconds() + " s");
            }
            LockSupport.parkNanos(PAUSE_NANOS);
        }
    }
}
