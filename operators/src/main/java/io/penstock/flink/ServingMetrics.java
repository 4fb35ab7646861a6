package io.penstock.flink;

import io.penstock.serving.RequestBatcher;
import java.util.function.LongSupplier;
import org.apache.flink.metrics.Counter;
import org.apache.flink.metrics.Gauge;
import org.apache.flink.metrics.MetricGroup;

/**
 * What a subtask that answers requests does, as metrics of its operator in the group {@code
 * serving}, labelled with the study.
 *
 * <p>Counters: {@code answered}, all requests with an answer, and {@code errors}, those of them
 * whose answer says why there is no prediction; {@code answeredBefore}, requests passed over since
 * an earlier attempt answered them; {@code batches} and {@code batched}, forwards and the requests
 * in them; {@code swaps} and {@code refused}, versions served and refused.
 *
 * <p>Gauges: {@code waiting} requests; {@code servedVersion}, -1 before there is one; {@code
 * pinned}, 1 while nothing newer is wanted; {@code lastSwapMillis}; and of the last whole interval
 * of {@link #INTERVAL_MILLIS} in which something was answered {@code batchSize}, the mean, and
 * {@code latencyMean} and {@code latencyMax}, milliseconds from the time stamp of the asker to the
 * answer. NaN before there is a value, and when nothing has been answered for two intervals.
 */
final class ServingMetrics {
    /** Milliseconds that latencies and batches are gathered over. */
    static final long INTERVAL_MILLIS = 10_000;

    private final LongSupplier clock;
    private final Counter answered;
    private final Counter errors;
    private final Counter skipped;
    private final Counter batches;
    private final Counter batched;
    private final Counter swaps;
    private final Counter refused;

    /** What is gathered of an interval; only the task touches it. */
    private long begin = Long.MIN_VALUE;

    private long requests;
    private long asked;
    private double sum;
    private double max;
    private long batchesBefore;
    private long batchedBefore;

    /** Written by the task, read by Flink's reporters. */
    private volatile Interval last = new Interval(0, Double.NaN, Double.NaN, Double.NaN);

    private volatile long waiting;
    private volatile long servedVersion = -1;
    private volatile int pinned;
    private volatile double lastSwapMillis = Double.NaN;

    private record Interval(long end, double batchSize, double mean, double max) {}

    /**
     * @param clock wall clock, milliseconds since the epoch
     */
    ServingMetrics(MetricGroup operator, String study, LongSupplier clock) {
        this.clock = clock;
        MetricGroup group = operator.addGroup("serving").addGroup("study", study);
        answered = group.counter("answered");
        errors = group.counter("errors");
        skipped = group.counter("answeredBefore");
        batches = group.counter("batches");
        batched = group.counter("batched");
        swaps = group.counter("swaps");
        refused = group.counter("refused");
        group.<Long, Gauge<Long>>gauge("waiting", () -> waiting);
        group.<Long, Gauge<Long>>gauge("servedVersion", () -> servedVersion);
        group.<Integer, Gauge<Integer>>gauge("pinned", () -> pinned);
        group.<Double, Gauge<Double>>gauge("lastSwapMillis", () -> lastSwapMillis);
        group.<Double, Gauge<Double>>gauge("batchSize", () -> recent().batchSize());
        group.<Double, Gauge<Double>>gauge("latencyMean", () -> recent().mean());
        group.<Double, Gauge<Double>>gauge("latencyMax", () -> recent().max());
    }

    private Interval recent() {
        Interval interval = last;
        return clock.getAsLong() - interval.end() <= 2 * INTERVAL_MILLIS
                ? interval
                : new Interval(0, Double.NaN, Double.NaN, Double.NaN);
    }

    /**
     * A request has its answer.
     *
     * @param isError whether it is none but the reason
     * @param askedMillis time stamp of the asker, 0 when it is not known
     * @param now present time
     */
    void answered(boolean isError, long askedMillis, long now) {
        endInterval(now);
        answered.inc();
        if (isError) {
            errors.inc();
        }
        requests++;
        if (askedMillis > 0) {
            double latency = Math.max(0, now - askedMillis); // Clocks differ.
            asked++;
            sum += latency;
            max = Math.max(max, latency);
        }
    }

    private void endInterval(long now) {
        if (now - begin < INTERVAL_MILLIS && begin != Long.MIN_VALUE) {
            return;
        }
        if (requests > 0) {
            double batch = (double) (batched.getCount() - batchedBefore);
            last =
                    new Interval(
                            begin + INTERVAL_MILLIS,
                            batch / (batches.getCount() - batchesBefore),
                            sum / asked,
                            asked == 0 ? Double.NaN : max);
        }
        begin = now;
        batchesBefore = batches.getCount();
        batchedBefore = batched.getCount();
        requests = 0;
        asked = 0;
        sum = 0;
        max = 0;
    }

    /** A request was passed over, since it has its answer. */
    void skipped() {
        skipped.inc();
    }

    /** What a batcher holds and has done by now. */
    void gathered(RequestBatcher batcher) {
        batches.inc(batcher.batches() - batches.getCount());
        batched.inc(batcher.batched() - batched.getCount());
        waiting = batcher.waiting();
    }

    /** A version is served from now on. */
    void swapped(long version, double millis) {
        swaps.inc();
        servedVersion = version;
        lastSwapMillis = millis;
    }

    /** A version was refused. */
    void refused() {
        refused.inc();
    }

    /** Whether nothing newer is wanted. */
    void pinned(boolean isPinned) {
        pinned = isPinned ? 1 : 0;
    }
}
