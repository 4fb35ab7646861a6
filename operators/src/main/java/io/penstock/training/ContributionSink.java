package io.penstock.training;

/** Where a shard's contributions go: the log that all shards read. */
public interface ContributionSink {
    /**
     * Appends a chunk.
     *
     * @param chunk what it is; its offset is not known yet
     * @param values its values, little-endian 32-bit floats; not kept
     */
    void send(ContributionChunk chunk, byte[] values);
}
