package io.penstock.flink;

import io.penstock.sample.Sample;
import io.penstock.sample.SampleKey;
import io.penstock.setting.Check;
import org.apache.flink.api.java.functions.KeySelector;
import org.apache.flink.runtime.state.KeyGroupRangeAssignment;

/**
 * Gives each shard a key that Flink sends to a subtask of its own.
 *
 * <p>Flink hashes a key to one of M key groups (M: maximum parallelism) and gives subtask i of p
 * the groups from ceil(iM/p) to ceil((i+1)M/p) - 1. Shard s of P gets the smallest key 0, 1, 2 …
 * whose group is the first of subtask s of P. So with parallelism P every shard has the subtask of
 * its own number, and with a lower parallelism p shard s falls on subtask floor(sp/P) whenever M is
 * a multiple of P ({@link #maxParallelism(int)}): the shards per subtask differ by one at most. The
 * keys depend on M and P only, so keyed state survives a change of parallelism.
 */
public final class ShardAssigner implements KeySelector<Sample, Integer> {
    private static final long serialVersionUID = 1L;

    private static final int LEAST_KEY_GROUPS = 128;

    private final Integer[] keys;

    /**
     * @param shards P, number of shards, 1 or above
     * @param maxParallelism M, the operator's maximum parallelism, at least {@code shards}
     */
    public ShardAssigner(int shards, int maxParallelism) {
        Check.within(1, KeyGroupRangeAssignment.UPPER_BOUND_MAX_PARALLELISM, "shards", shards);
        Check.within(
                shards,
                KeyGroupRangeAssignment.UPPER_BOUND_MAX_PARALLELISM,
                "max-parallelism",
                maxParallelism);
        keys = new Integer[shards];
        for (int shard = 0; shard < shards; shard++) {
            keys[shard] = smallestKeyOf(firstGroup(shard, shards, maxParallelism), maxParallelism);
        }
    }

    /** Smallest multiple of {@code shards} of at least 128: balanced at every parallelism. */
    public static int maxParallelism(int shards) {
        Check.within(1, KeyGroupRangeAssignment.UPPER_BOUND_MAX_PARALLELISM, "shards", shards);
        return shards * ((LEAST_KEY_GROUPS + shards - 1) / shards);
    }

    @Override
    public Integer getKey(Sample sample) {
        return keyOf(new SampleKey(sample.simulation(), sample.step()).shard(keys.length));
    }

    /** Key of a shard, 0 to P - 1. */
    public Integer keyOf(int shard) {
        return keys[shard];
    }

    /** Number of shards. */
    public int shards() {
        return keys.length;
    }

    private static int firstGroup(int shard, int shards, int maxParallelism) {
        return KeyGroupRangeAssignment.computeKeyGroupRangeForOperatorIndex(
                        maxParallelism, shards, shard)
                .getStartKeyGroup();
    }

    private static int smallestKeyOf(int group, int maxParallelism) {
        int key = 0;
        while (KeyGroupRangeAssignment.assignToKeyGroup(key, maxParallelism) != group) {
            key++;
        }
        return key;
    }
}
