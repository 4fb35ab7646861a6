package io.penstock.reservoir;

import io.penstock.setting.Check;
import java.io.Serializable;

/**
 * Settings of a shard's reservoir.
 *
 * @param kind the preset
 * @param capacity slots, per shard
 * @param threshold drawing is allowed above this many samples, per shard; FIFO ignores it
 * @param pseudoEpochs FIRO only: draws after which a sample leaves
 * @param newest how many draws take new samples; FIRO and RESERVOIR only
 * @param checkpoint how checkpoints hold the samples
 */
public record ReservoirSpec(
        Kind kind,
        int capacity,
        int threshold,
        int pseudoEpochs,
        NewestSpec newest,
        Checkpoint checkpoint)
        implements Serializable {
    /** The presets (arXiv 2309.16743). */
    public enum Kind {
        /** First in, first out: every sample drawn once, in order. */
        FIFO,
        /** First in, random out: uniform draws; a sample leaves after a fixed number of draws. */
        FIRO,
        /** Uniform draws with repetition; a random seen sample makes room for a new one. */
        RESERVOIR,
        /**
         * Windows of several steps of one simulation, for auto-regressive surrogates; simulations
         * that were used less are favoured, one that is used up makes room.
         */
        SIM_PAIRED
    }

    /** How a checkpoint holds the samples of the reservoir. */
    public enum Checkpoint {
        /** As (partition, offset) of each, read again from Kafka at a restore. */
        REFERENCE,
        /** With their rows, for topics with a short retention. */
        FULL
    }

    public ReservoirSpec {
        Check.atLeast(1, "capacity", capacity);
        Check.atLeast(0, "threshold", threshold);
        Check.that(
                threshold < capacity,
                "threshold",
                threshold,
                "below the capacity (" + capacity + ")");
        Check.atLeast(1, "pseudo-epochs", pseudoEpochs);
        Check.that(
                newest.share() == 0 || kind == Kind.FIRO || kind == Kind.RESERVOIR,
                "newest.share",
                newest.share(),
                "0 except with kind firo or reservoir, which draw any sample alike");
    }
}
