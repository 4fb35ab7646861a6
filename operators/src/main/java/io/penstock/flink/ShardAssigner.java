package io.penstock.flink;

import io.penstock.sample.Sample;
import io.penstock.sample.SampleKey;
import io.penstock.setting.Check;
import io.penstock.training.TrainingSpec;
import org.apache.flink.api.java.functions.KeySelector;
import org.apache.flink.runtime.state.KeyGroupRangeAssignment;

/**
 * Gives each shard a key that Flink sends to the subtask of the shard's number.
 *
 * <p>Flink hashes a key to one of M key groups (M: maximum parallelism) and gives subtask i of p
 * the groups from ceil(iM/p) to ceil((i+1)M/p) - 1. Shard s of P gets the smallest key 0, 1, 2 …
 * whose group is the first of subtask s of P. M is the same for every P, because Flink restores no
 * state of another M.
 */
public final class ShardAssigner implements KeySelector<Sample, Integer> {
    /** The operator's maximum parallelism. */
    public static final int MAX_PARALLELISM = TrainingSpec.MOST_SHARDS;

    private static final long serialVersionUID = 1L;

    private final Integer[] keys;

    /**
     * @param shards P, number of shards, 1 to {@link #MAX_PARALLELISM}
     */
    public ShardAssigner(int shards) {
        Check.within(1, MAX_PARALLELISM, "shards", shards);
        keys = new Integer[shards];
        for (int shard = 0; shard < shards; shard++) {
            keys[shard] = smallestKeyOf(keyGroup(shard, shards));
        }
    }

    /** Key group of a shard: the first of the subtask of its number. */
    static int keyGroup(int shard, int shards) {
        return KeyGroupRangeAssignment.computeKeyGroupRangeForOperatorIndex(
                        MAX_PARALLELISM, shards, shard)
                .getStartKeyGroup();
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

    private static int smallestKeyOf(int group) {
        int key = 0;
        while (KeyGroupRangeAssignment.assignToKeyGroup(key, MAX_PARALLELISM) != group) {
            key++;
        }
        return key;
    }
}
