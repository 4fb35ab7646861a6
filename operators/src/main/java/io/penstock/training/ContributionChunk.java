package io.penstock.training;

/**
 * What is said about a chunk of a shard's contribution to a round; its values are elsewhere.
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
 */
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
        boolean intact) {}
