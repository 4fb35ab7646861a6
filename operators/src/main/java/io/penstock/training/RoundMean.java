package io.penstock.training;

import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.function.LongFunction;
import org.jspecify.annotations.Nullable;

/**
 * The mean of a round in the making: {@code Σ (nᵢ / Σ nⱼ) wᵢ} over the shards i in order, n the
 * samples trained since the round before. It takes chunk after chunk as soon as the log has them,
 * while later ones are still on their way; should a contribution turn out to be damaged, or another
 * one count instead, it begins again.
 */
final class RoundMean {
    private final WeightMean mean;
    private final int shard;
    private Contribution @Nullable [] found;
    private long samples;
    private int nextShard;
    private int nextChunk;
    private boolean begun;

    /**
     * @param mean sums of weights
     * @param shard the shard whose weights are at hand
     */
    RoundMean(WeightMean mean, int shard) {
        this.mean = mean;
        this.shard = shard;
    }

    /** Looks at what the log has of a round by now. */
    void look(RoundLog log, long round) {
        Contribution @Nullable [] now = log.begun(round);
        if (now == null || found == null || !isSame(found, now)) {
            nextShard = 0;
            nextChunk = 0;
            begun = false;
        }
        found = now;
        samples = now == null ? 0 : Arrays.stream(now).mapToLong(c -> c.summary().samples()).sum();
        skipEmpty();
    }

    private static boolean isSame(Contribution[] before, Contribution[] now) {
        for (int i = 0; i < now.length; i++) {
            if (before[i].digest() != now[i].digest()
                    || before[i].summary().samples() != now[i].summary().samples()) {
                return false;
            }
        }
        return true;
    }

    private void skipEmpty() {
        while (found != null
                && nextShard < found.length
                && found[nextShard].summary().samples() == 0) {
            nextShard++;
        }
    }

    /** Whether the log has the chunk that comes next. */
    boolean hasNext() {
        return found != null
                && nextShard < found.length
                && found[nextShard].offsets()[nextChunk] != Contribution.MISSING;
    }

    /** Whether it has taken all that the log has, of every shard. */
    boolean isDone() {
        return found != null && nextShard == found.length;
    }

    /**
     * Takes the next chunk.
     *
     * @param values gives the values of a chunk at an offset of the log
     * @param ownDigest what the weights at hand were contributed as
     */
    void takeNext(LongFunction<ByteBuffer> values, long ownDigest) {
        if (found == null) {
            throw new IllegalStateException("the log has nothing to take");
        }
        Contribution next = found[nextShard];
        if (!begun) {
            mean.begin();
            begun = true;
        }
        // An own contribution of this very content is at hand; one of an earlier attempt is not.
        boolean atHand = nextShard == shard && next.digest() == ownDigest;
        ByteBuffer chunk =
                atHand
                        ? ByteBuffer.wrap(mean.chunk(nextChunk))
                        : values.apply(next.offsets()[nextChunk]);
        mean.add(nextChunk, chunk, (float) ((double) next.summary().samples() / samples));
        nextChunk++;
        if (nextChunk == next.offsets().length) {
            nextChunk = 0;
            nextShard++;
            skipEmpty();
        }
    }

    /**
     * Puts the mean into the weights; false when nobody trained and the last one stays.
     *
     * @param contributedSamples samples that the weights at hand were trained on before they were
     *     contributed; if the log says that nobody trained, an earlier attempt's contribution
     *     counts, and these are in vain
     * @param trainedOn whether they were trained on since they were contributed
     */
    boolean finish(long contributedSamples, boolean trainedOn) {
        boolean trained = samples > 0;
        if (trained || (contributedSamples > 0 && mean.holdsMean())) {
            mean.finish(trainedOn);
        } else {
            mean.forget();
        }
        found = null;
        return trained;
    }
}
