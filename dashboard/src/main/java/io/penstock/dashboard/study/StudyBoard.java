package io.penstock.dashboard.study;

import io.penstock.dashboard.study.LiveStudy.StudyLine;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/** The studies that were heard of, and what is known of the broker. Safe for several threads. */
public final class StudyBoard {
    private final Map<String, LiveStudy> studies = new ConcurrentSkipListMap<>();
    private final AtomicLong unreadable = new AtomicLong();
    private volatile Surroundings surroundings = Surroundings.UNKNOWN;
    private volatile @Nullable String lastUnreadable;

    /** The study of a name, from now on known. */
    public LiveStudy study(String name) {
        return studies.computeIfAbsent(name, n -> new LiveStudy(n, this::surroundings));
    }

    /** The study of a name if it was heard of. */
    public Optional<LiveStudy> find(String name) {
        return Optional.ofNullable(studies.get(name));
    }

    /** All of them. */
    public Collection<LiveStudy> studies() {
        return List.copyOf(studies.values());
    }

    /** A line for each, by name. */
    public List<StudyLine> lines(long now) {
        return studies.values().stream().map(study -> study.line(now)).toList();
    }

    /** Says what is known of the broker now. */
    public void surroundings(Surroundings now) {
        surroundings = now;
    }

    /** Which study a record of the samples' topic was for is not known when there are several. */
    private Surroundings surroundings() {
        Surroundings now = surroundings;
        return studies.size() == 1
                ? now
                : new Surroundings(now.stale(), Double.NaN, now.outputPartitions());
    }

    /** Counts a record that is none of ours. */
    public void unreadable(String place, String why) {
        unreadable.incrementAndGet();
        lastUnreadable = place + ": " + why;
    }

    /** Records that could not be read. */
    public Unreadable unreadable() {
        return new Unreadable(unreadable.get(), lastUnreadable);
    }

    /**
     * Records that could not be read.
     *
     * @param total how many
     * @param latest the last of them, and why; null when there was none
     */
    public record Unreadable(long total, @Nullable String latest) {}

    /** The topic of the samples was made anew. */
    public void samplesBeginAgain() {
        studies.values().forEach(LiveStudy::samplesBeginAgain);
    }
}
