package io.penstock.training;

import org.jspecify.annotations.Nullable;

/**
 * What is said about a chunk of a shard's contribution to a round. Where the values of a round are
 * few they come along; else they are read from the log by position.
 *
 * @param run submission of the training job that it belongs to
 * @param architecture architecture with its sizes
 * @param shards number of shards that share the round
 * @param shard shard that contributes
 * @param round number of the round, from 0
 * @param digest the same in all chunks of a contribution, and in a repeated one of the same content
 * @param chunk which chunk, from 0
 * @param chunks number of chunks
 * @param summary what the contribution stands for
 * @param offset where the chunk lies in the log; -1 on its way there
 * @param intact whether its values are those its checksum was made of
 * @param values little-endian 32-bit floats; null when they do not come along
 */
@SuppressWarnings("ArrayRecordComponent") // Never compared; the values are not changed.
public record ContributionChunk(
        String run,
        String architecture,
        int shards,
        int shard,
        long round,
        long digest,
        int chunk,
        int chunks,
        ContributionSummary summary,
        long offset,
        boolean intact,
        byte @Nullable [] values) {
    /** What the values of a round may take at most to come along. */
    public static final long MOST_TOLD_BYTES = 64 << 20;
}
