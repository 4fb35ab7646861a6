package io.penstock.training;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import java.io.DataInput;
import java.io.DataOutput;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * A shard's way through the merging rounds, which make one model of several (local SGD): after a
 * number of training steps it appends its tensors to the log that all shards read, waits until the
 * log holds a contribution of every shard, and goes on with their mean, weighted by samples:
 *
 * <p>{@code w ← Σ (nᵢ / Σ nⱼ) wᵢ} over the shards i in order, n the samples trained since the round
 * before.
 *
 * <p>With an overlap of d steps it does not wait at once but trains on, and adds to the weights
 * after exactly d more steps (fewer when there is nothing left to train on) what the round makes of
 * those it contributed, {@code w ← w + (mean − contributed)}; what the round takes is then hidden
 * behind the steps, and when it ends has no influence. (The idea of arXiv 2009.13092, with the
 * delay fixed.) What it learns meanwhile counts for the next round; the mean itself is what is
 * published and validated.
 *
 * <p>Which contribution of a shard counts is for the {@link RoundLog} to say, so a restored shard
 * that trains a round anew ends up with the weights that the others have, even if its own second
 * contribution would differ. A shard that is {@linkplain #isAlone() alone} has no rounds.
 *
 * <p>Along with the tensors travel the shares of the last validation and each shard's progress.
 */
final class Rounds implements AutoCloseable {
    private static final int MOST_REPEATS = 5;

    private final StudySpec study;
    private final int shard;
    private final int shards;
    private final String run;
    private final String architecture;
    private final NDManager manager;
    private final @Nullable WeightMean mean;
    private final @Nullable RoundMean roundMean;
    private final List<NDArray> tensors;
    private final List<NDArray> merged;
    private final RoundLog log;
    private final ContributionSink sink;
    private final ToldValues told = new ToldValues();
    private final SharedValidation validation;

    private final long[] batches;
    private final long[] samples;
    private long round;
    private long batchesBefore;
    private long samplesBefore;
    private @Nullable ContributionSummary own;
    private long ownDigest;
    private long ahead;
    private boolean over;
    private long early;

    // Not part of the state.
    private boolean repeat;
    private int repeats;
    private long waitingSince;
    private long nanos;
    private long refused;

    /** How a round ended. */
    record Merged(boolean validationDue, @Nullable ValidationResult validation) {}

    /**
     * @param tensors what is merged, live; weights first
     * @param run submission of the training job
     */
    Rounds(
            StudySpec study,
            int shard,
            NDManager parent,
            List<NDArray> tensors,
            String run,
            ContributionSink sink) {
        this.study = study;
        this.shard = shard;
        this.shards = study.training().shards();
        this.run = run;
        this.architecture = study.architecture();
        this.manager = parent.newSubManager();
        this.tensors = List.copyOf(tensors);
        this.mean = shards == 1 ? null : new WeightMean(manager, tensors);
        this.roundMean = mean == null ? null : new RoundMean(mean, shard);
        this.merged =
                mean == null || shard > 0
                        ? List.of()
                        : tensors.stream().map(t -> manager.zeros(t.getShape())).toList();
        keepMerged();
        this.log = new RoundLog(architecture, shards, mean == null ? 1 : mean.chunks());
        this.sink = sink;
        this.validation = new SharedValidation(study.validation(), shards);
        this.batches = new long[shards];
        this.samples = new long[shards];
    }

    /** Whether there is no other shard. */
    boolean isAlone() {
        return mean == null;
    }

    /** Whether it is time to contribute. */
    boolean isDue(ShardCounters counters) {
        return mean != null
                && own == null
                && counters.batches - batchesBefore >= study.training().merge().interval(round);
    }

    /** Whether the shard has contributed to a round that has not become its weights yet. */
    boolean hasContributed() {
        return own != null;
    }

    /** Whether the shard has contributed and must not train before the round is complete. */
    boolean isWaiting() {
        return own != null && ahead == 0;
    }

    /** Whether there is something to do: for the mean, or the round must be helped. */
    boolean isReady() {
        return own != null && (repeat || roundMean().hasNext() || (ahead == 0 && isComplete()));
    }

    /** After every training step: whether the shard may go on without the round is counted. */
    void stepped() {
        if (ahead > 0 && --ahead == 0) {
            waitingSince = System.nanoTime();
        }
    }

    /** The shard has nothing to train on, and will wait for the round that it contributed to. */
    void waitNow() {
        ahead = 0;
        waitingSince = System.nanoTime();
    }

    private boolean isComplete() {
        return roundMean().isDone() && log.isComplete(round);
    }

    /** Whether no round will follow: every shard is drained and has the same, final weights. */
    boolean isOver() {
        return over;
    }

    /** Whether another shard is ahead of this one, and waits for it now or before long. */
    boolean isAwaited() {
        return !over && !isWaiting() && log.hasOther(own == null ? round : round + 1, shard);
    }

    /** Contributes what the shard has trained since the last round. */
    void contribute(ShardCounters counters, boolean drained) {
        contribute(counters, drained, drained ? 0 : study.training().merge().overlap());
    }

    private void contribute(ShardCounters counters, boolean drained, int overlap) {
        long start = System.nanoTime();
        goOn();
        ValidationShare share = validation.take();
        ContributionSummary summary =
                new ContributionSummary(
                        counters.samplesTrained - samplesBefore,
                        drained,
                        counters.batches,
                        counters.samplesTrained,
                        share.count(),
                        share.count() == 0 ? new double[0] : share.sums());
        own = summary;
        ahead = overlap;
        if (ahead > 0) {
            mean().setAside();
        }
        ownDigest =
                summary.samples() == 0
                        ? 0
                        : (long) mean().checksum() << Integer.SIZE
                                | (summary.samples() & 0xffffffffL);
        send(summary);
        countFrom(start);
    }

    /** The time from {@code start} on was taken from training; it ends now, unless it waits. */
    private void countFrom(long start) {
        if (isWaiting()) {
            waitingSince = start;
        } else {
            nanos += System.nanoTime() - start;
        }
    }

    /** Does before its turn what the others wait for. */
    void hurry(ShardCounters counters) {
        if (own != null) {
            waitNow();
        } else {
            early++;
            contribute(counters, false, 0);
        }
    }

    private void send(ContributionSummary summary) {
        int chunks = summary.samples() == 0 ? 1 : mean().chunks();
        for (int chunk = 0; chunk < chunks; chunk++) {
            sink.send(
                    new ContributionChunk(
                            run,
                            architecture,
                            shards,
                            shard,
                            round,
                            ownDigest,
                            chunk,
                            chunks,
                            summary,
                            -1,
                            true,
                            null),
                    summary.samples() == 0 ? new byte[0] : mean().chunk(chunk));
        }
    }

    /** Takes the next chunk of the log; false when its contribution was refused. */
    boolean take(ContributionChunk chunk) {
        if (over || mean == null || !chunk.run().equals(run)) {
            return true;
        }
        RoundLog.Outcome outcome = log.take(chunk, round);
        if (chunk.round() == round) {
            roundMean().look(log, round);
            if (chunk.values() != null && chunk.intact() && chunk.shard() != shard) {
                told.add(chunk.offset(), chunk.values());
            }
        }
        if (outcome != RoundLog.Outcome.REFUSED) {
            return true;
        }
        refused++;
        // The author reads its own too, and has it still.
        repeat |=
                chunk.shard() == shard
                        && chunk.round() == round
                        && own != null
                        && chunk.digest() == ownDigest
                        && log.of(round, shard) == null;
        return false;
    }

    /**
     * One short piece of work of a shard that is {@linkplain #isReady() ready}: takes one chunk of
     * the round into the mean, which may begin while others are still on their way.
     *
     * @return how the round ended; null when it has not yet
     */
    @Nullable Merged advance(ContributionLog values, ShardCounters counters) {
        long start = System.nanoTime();
        if (repeat) {
            repeat();
        } else if (roundMean().hasNext()) {
            roundMean().takeNext(offset -> valuesOf(offset, values), ownDigest);
        }
        if (!isWaiting()) {
            countFrom(start);
        }
        return isWaiting() && isComplete() ? complete(counters) : null;
    }

    private ByteBuffer valuesOf(long offset, ContributionLog values) {
        byte[] at = told.remove(offset);
        return at == null ? values.values(offset) : ByteBuffer.wrap(at);
    }

    private void repeat() {
        repeat = false;
        if (++repeats > MOST_REPEATS) {
            throw new IllegalStateException(
                    String.format(
                            "the contribution of shard %d to round %d came back damaged %d times",
                            shard, round, repeats));
        }
        if (own != null) {
            send(own);
        }
    }

    private Merged complete(ShardCounters counters) {
        ContributionSummary contributed = Objects.requireNonNull(own);
        Contribution[] all = log.complete(round);
        boolean trained =
                roundMean().finish(contributed.samples(), counters.batches > contributed.batches());
        if (trained) {
            keepMerged();
            validation.merged();
        }
        boolean drained = true;
        ValidationShare validated = ValidationShare.NONE;
        for (int i = 0; i < shards; i++) {
            ContributionSummary summary = all[i].summary();
            batches[i] = summary.batches();
            samples[i] = summary.samplesTrained();
            drained &= summary.drained();
            validated = validated.plus(summary.validationSums(), summary.validationCount());
        }
        long began = validation.validatedAt();
        boolean due = validation.isDue(batches, drained);
        over = drained && !trained && !due;
        log.forget(round);
        told.clear();
        round++;
        own = null;
        batchesBefore = contributed.batches();
        samplesBefore = contributed.samplesTrained();
        roundMean().look(log, round);
        repeats = 0;
        nanos += System.nanoTime() - waitingSince;
        return new Merged(
                due,
                validated.count() == 0
                        ? null
                        : ValidationResult.of(validated.sums(), validated.count(), began));
    }

    /**
     * The shard goes on from the mean with what it learnt while the round was under way. Until then
     * its weights are the mean, which is to be validated.
     */
    void goOn() {
        if (own == null && mean != null) {
            mean.goOn();
        }
    }

    /** What is set aside for the round under way, or until the shard goes on; may be empty. */
    List<NDArray> aside() {
        return mean == null ? List.of() : mean.aside();
    }

    /** Keeps the shard's share of a validation for its next contribution. */
    void keep(ValidationShare validated) {
        validation.keep(validated);
    }

    private void keepMerged() {
        if (!merged.isEmpty()) {
            WeightMean.copy(tensors, merged);
        }
    }

    private WeightMean mean() {
        return Objects.requireNonNull(mean, "a shard that is alone has no rounds");
    }

    private RoundMean roundMean() {
        return Objects.requireNonNull(roundMean, "a shard that is alone has no rounds");
    }

    /** Samples trained by all shards so far, as this shard may guess: others as fast as itself. */
    long studySamples(ShardCounters counters) {
        return Arrays.stream(samples).sum() + shards * (counters.samplesTrained - samplesBefore);
    }

    /** Rounds gone through. */
    long round() {
        return round;
    }

    /** Rounds contributed to before its turn. */
    long early() {
        return early;
    }

    /** Contributions refused, in this attempt. */
    long refused() {
        return refused;
    }

    /** Time spent waiting and merging, in this attempt. */
    long nanos() {
        return nanos + (isWaiting() ? System.nanoTime() - waitingSince : 0);
    }

    /** What the last round made; kept by shard 0 only, and empty on others. */
    List<NDArray> merged() {
        return merged;
    }

    /** Training steps of every shard at the last round. */
    long[] batches() {
        return batches.clone();
    }

    /** Samples trained by every shard at the last round. */
    long[] samples() {
        return samples.clone();
    }

    /** Takes over the totals of former shards, of another number. */
    void inherit(long formerBatches, long formerSamples, ShardCounters counters) {
        batches[0] = formerBatches;
        samples[0] = formerSamples;
        validation.inherit(formerBatches);
        batchesBefore = counters.batches;
        samplesBefore = counters.samplesTrained;
        if (mean != null) {
            mean.keepMean();
        }
        keepMerged();
    }

    /** After the tensors were read. */
    void restored(ShardCounters counters) {
        boolean isMean = own == null && !aside().isEmpty();
        if (mean != null && (isMean || counters.samplesTrained == samplesBefore)) {
            mean.keepMean();
        }
    }

    void writeTo(DataOutput out) throws IOException {
        for (int i = 0; i < shards; i++) {
            out.writeLong(batches[i]);
            out.writeLong(samples[i]);
        }
        out.writeLong(round);
        out.writeLong(batchesBefore);
        out.writeLong(samplesBefore);
        out.writeBoolean(own != null);
        if (own != null) {
            own.writeTo(out);
        }
        out.writeLong(ownDigest);
        validation.writeTo(out);
        out.writeBoolean(over);
        out.writeLong(early);
        log.writeTo(out);
        out.writeLong(ahead);
        out.writeBoolean(!aside().isEmpty());
    }

    void readFrom(DataInput in, int version) throws IOException {
        for (int i = 0; i < shards; i++) {
            batches[i] = in.readLong();
            samples[i] = in.readLong();
        }
        round = in.readLong();
        batchesBefore = in.readLong();
        samplesBefore = in.readLong();
        own = in.readBoolean() ? ContributionSummary.readFrom(in) : null;
        ownDigest = in.readLong();
        validation.readFrom(in);
        over = in.readBoolean();
        early = in.readLong();
        log.readFrom(in);
        if (version > 2) {
            ahead = in.readLong();
            if (in.readBoolean()) {
                mean().asideForReading();
            }
        }
        if (roundMean != null) {
            roundMean.look(log, round);
        }
        waitingSince = System.nanoTime();
        // What was sent may not have reached the log, or lie there under a former submission.
        repeat = own != null && log.of(round, shard) == null;
    }

    @Override
    public void close() {
        manager.close();
    }
}
