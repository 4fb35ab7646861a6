package io.penstock.training;

import io.penstock.setting.Check;
import java.io.Serializable;
import java.time.Duration;

/**
 * When the weights of several shards are merged into one model (local SGD), and how.
 *
 * @param schedule how the rounds follow one another
 * @param every CONSTANT: training steps of a shard from one round to the next; SHRINKING: those
 *     before the first round
 * @param factor SHRINKING: what the interval is multiplied with from round to round
 * @param least SHRINKING: the shortest interval
 * @param overlap training steps that a shard goes on with after it has contributed; then it waits
 *     for the round, whose mean is added to what it has learnt in them. 0: it waits at once
 * @param moments what becomes of the optimiser's moments
 * @param rateScaling what the learning rate is multiplied with, for the number of shards
 * @param patience how long a shard that has nothing to train on lets the others wait before it
 *     contributes what it has; longer than {@code overlap} steps take, or shards are hurried that
 *     nobody waits for yet
 */
public record MergeSpec(
        Schedule schedule,
        int every,
        double factor,
        int least,
        int overlap,
        Moments moments,
        RateScaling rateScaling,
        Duration patience)
        implements Serializable {
    /** How rounds follow one another. */
    public enum Schedule {
        /** At equal intervals. */
        CONSTANT,
        /** At intervals that shrink: late communication is worth most. */
        SHRINKING,
        /** Once, when every shard has trained all it had. */
        FINAL
    }

    /** What a round does with the optimiser's moments. */
    public enum Moments {
        /** They stay with their shard. */
        LOCAL,
        /** They are averaged as the weights are. */
        AVERAGED
    }

    /**
     * How the learning rate follows the number of shards P. Together they take P steps at a time
     * and move by their mean, as one shard would with a batch P times as large.
     */
    public enum RateScaling {
        /** Not at all. */
        NONE,
        /** By √P, which keeps the variance of what a step does. */
        ROOT,
        /** By P (arXiv 1706.02677), which keeps the way that a number of samples leads. */
        LINEAR
    }

    public MergeSpec {
        Check.atLeast(1, "every", every);
        Check.that(factor > 0 && factor <= 1, "factor", factor, "above 0 and at most 1");
        Check.atLeast(1, "least", least);
        int shortest = schedule == Schedule.SHRINKING ? least : every;
        Check.that(
                overlap >= 0 && overlap < shortest,
                "overlap",
                overlap,
                "0 to "
                        + (shortest - 1)
                        + ", since the next round may begin "
                        + shortest
                        + " steps after this one");
        Check.that(
                overlap == 0 || schedule != Schedule.FINAL,
                "overlap",
                overlap,
                "0 with schedule final, whose round comes after the last step");
        Check.that(
                overlap == 0 || moments == Moments.LOCAL,
                "overlap",
                overlap,
                "0 with averaged moments, which cannot be moved by a difference");
        Check.that(
                patience.compareTo(Duration.ofMillis(100)) >= 0
                        && patience.compareTo(Duration.ofDays(1)) <= 0,
                "patience",
                patience.toMillis() + "ms",
                "100ms to 24h");
    }

    /** What the learning rate is multiplied with. */
    double rateFactor(int shards) {
        return switch (rateScaling) {
            case NONE -> 1;
            case ROOT -> Math.sqrt(shards);
            case LINEAR -> shards;
        };
    }

    /**
     * Training steps of a shard before it contributes to a round: {@code every} for CONSTANT,
     * {@code max(least, every × factorʳ)} for SHRINKING.
     *
     * @param round number of the round r, from 0
     */
    long interval(long round) {
        return switch (schedule) {
            case CONSTANT -> every;
            case SHRINKING -> Math.max(least, Math.round(every * Math.pow(factor, round)));
            case FINAL -> Long.MAX_VALUE;
        };
    }
}
