package io.penstock.flink;

import java.util.concurrent.ExecutorService;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.locks.LockSupport;
import org.apache.flink.api.common.operators.MailboxExecutor;
import org.apache.flink.streaming.runtime.tasks.StreamTask;
import org.apache.flink.util.function.ThrowingRunnable;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Has something done beside the work of a task, and what came of it taken in as a mail: by the pool
 * that Flink keeps for a task's asynchronous operations (its checkpoints are written there), which
 * ends with the task. The one place where this module leaves the mailbox thread: loading a model of
 * some size takes longer than an answer may.
 */
final class Aside {
    private static final Logger LOG = LoggerFactory.getLogger(Aside.class);

    private final ExecutorService pool;
    private final MailboxExecutor mailbox;

    /** Something done, touching nothing that the task uses meanwhile. */
    @FunctionalInterface
    interface Work<T> {
        /**
         * @param rest to be run between two pieces, where it takes long; lets the others run
         */
        T call(Runnable rest) throws Exception;
    }

    /** Takes in what came of it, in the task's own thread: a result, or a failure. */
    @FunctionalInterface
    interface Outcome<T> {
        void take(@Nullable T result, @Nullable Exception failure) throws Exception;
    }

    /** Lets go of a result that comes when the task has ended. */
    @FunctionalInterface
    interface Discard<T> {
        void discard(T result);
    }

    Aside(StreamTask<?, ?> task, MailboxExecutor mailbox) {
        this.pool = task.getAsyncOperationsThreadPool();
        this.mailbox = mailbox;
    }

    /** Begins with something; not at all when the task is about to end. */
    <T> void begin(String what, Work<T> work, Outcome<T> outcome, Discard<T> discard) {
        try {
            pool.execute(() -> run(what, work, outcome, discard));
        } catch (RejectedExecutionException e) {
            LOG.debug("the task has ended: no {}", what, e);
        }
    }

    private <T> void run(String what, Work<T> work, Outcome<T> outcome, Discard<T> discard) {
        T result;
        try {
            result = work.call(new Rest());
        } catch (Exception e) {
            deliver(what, () -> outcome.take(null, e));
            return;
        } catch (Throwable e) {
            // Such as too little memory. The task has to hear of it, or it would wait for ever.
            IllegalStateException failure = new IllegalStateException(what + " failed", e);
            deliver(what, () -> outcome.take(null, failure));
            return;
        }
        if (!deliver(what, () -> outcome.take(result, null))) {
            discard.discard(result);
        }
    }

    private boolean deliver(String what, ThrowingRunnable<? extends Exception> mail) {
        try {
            mailbox.execute(mail, "what came of %s", what);
            return true;
        } catch (RejectedExecutionException e) {
            LOG.debug("the task has ended before {}", what, e);
            return false;
        }
    }

    /**
     * Rests as long as was worked. Where cores are few, what is aside would else hold one for as
     * long as its turns are, and each thread that an answer passes through would wait for it.
     */
    private static final class Rest implements Runnable {
        private static final long LEAST_NANOS = 200_000;
        private static final long MOST_NANOS = 5_000_000;

        private long since = System.nanoTime();

        @Override
        public void run() {
            long worked = System.nanoTime() - since;
            if (worked >= LEAST_NANOS) {
                LockSupport.parkNanos(Math.min(worked, MOST_NANOS));
                since = System.nanoTime();
            }
        }
    }
}
