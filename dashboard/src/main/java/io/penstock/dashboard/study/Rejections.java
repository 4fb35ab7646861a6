package io.penstock.dashboard.study;

import io.penstock.dashboard.study.StateView.Rejected;
import io.penstock.dashboard.study.StateView.Rejection;
import io.penstock.schemas.RejectedSample;
import io.penstock.schemas.RejectionCause;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * The rejected samples of a study: when and why of the newest {@value #KEPT}, and of the rest how
 * many.
 */
final class Rejections {
    private static final int LATEST = 100;
    private static final int KEPT = 1 << 20;
    private static final RejectionCause[] CAUSES = RejectionCause.values();

    private final ArrayDeque<Rejection> latest = new ArrayDeque<>();
    private final Map<Integer, Long> farthest = new HashMap<>();
    private long[] times = new long[64];
    private byte[] causes = new byte[64];
    private int size;
    private final long[] older = new long[CAUSES.length];

    /** Takes one. Whether it is new. */
    boolean add(RejectedSample sample) {
        // A job that starts again from a checkpoint tells again what it had told.
        Long told = farthest.get(sample.getPartition());
        if (told != null && sample.getOffset() <= told) {
            return false;
        }
        farthest.put(sample.getPartition(), sample.getOffset());
        if (size == KEPT) {
            foldOlderHalf();
        } else if (size == times.length) {
            times = Arrays.copyOf(times, 2 * size);
            causes = Arrays.copyOf(causes, 2 * size);
        }
        times[size] = sample.getTimestampMillis();
        causes[size++] = (byte) sample.getCause().ordinal();
        latest.addFirst(view(sample));
        if (latest.size() > LATEST) {
            latest.removeLast();
        }
        return true;
    }

    /** The topic of the samples was made anew: its offsets begin again. */
    void samplesBeginAgain() {
        farthest.clear();
    }

    private void foldOlderHalf() {
        int half = size / 2;
        for (int i = 0; i < half; i++) {
            older[causes[i]]++;
        }
        size -= half;
        System.arraycopy(times, half, times, 0, size);
        System.arraycopy(causes, half, causes, 0, size);
    }

    private static Rejection view(RejectedSample sample) {
        return new Rejection(
                sample.getTimestampMillis(),
                sample.getCause().name(),
                sample.getReason(),
                sample.getSimulation(),
                sample.getTimeStep(),
                sample.getTopic() + "-" + sample.getPartition() + "@" + sample.getOffset());
    }

    /** Those of a run. */
    long total(long since) {
        return Arrays.stream(counts(since)).sum();
    }

    private long[] counts(long since) {
        boolean all = size == 0 || times[0] >= since;
        long[] counts = all ? older.clone() : new long[CAUSES.length];
        for (int i = 0; i < size; i++) {
            if (times[i] >= since) {
                counts[causes[i]]++;
            }
        }
        return counts;
    }

    /** Those of a run, which began at a time. */
    Rejected view(long since) {
        Map<String, Long> byCause = new TreeMap<>();
        long[] counts = counts(since);
        for (RejectionCause cause : CAUSES) {
            if (counts[cause.ordinal()] > 0) {
                byCause.put(cause.name(), counts[cause.ordinal()]);
            }
        }
        List<Rejection> shown = new ArrayList<>(latest);
        shown.removeIf(rejection -> rejection.time() < since);
        return new Rejected(
                byCause.values().stream().mapToLong(Long::longValue).sum(),
                Collections.unmodifiableMap(byCause),
                Collections.unmodifiableList(shown));
    }
}
