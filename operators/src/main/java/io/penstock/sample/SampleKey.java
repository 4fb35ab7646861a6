package io.penstock.sample;

/**
 * Identity of a sample within its study.
 *
 * @param simulation simulation id, 0 or above
 * @param step time step index, 0 or above
 */
public record SampleKey(long simulation, int step) {
    /**
     * The shard this sample belongs to: {@code (t + s mod P) mod P}. Every shard sees every
     * simulation, and a given sample always lands on the same shard.
     */
    public int shard(int shards) {
        return (int) ((step + simulation % shards) % shards);
    }
}
