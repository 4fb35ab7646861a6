package io.penstock.flink;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.penstock.sample.Sample;
import io.penstock.sample.SampleKey;
import io.penstock.schemas.Purpose;
import io.penstock.setting.InvalidSettingException;
import java.util.Arrays;
import org.apache.flink.runtime.state.KeyGroupRangeAssignment;
import org.junit.jupiter.api.Test;

class ShardAssignerTest {
    private static final int MOST_SHARDS = 64;

    @Test
    void everyShardHasTheSubtaskOfItsNumberAtFullParallelism() {
        for (int shards = 1; shards <= MOST_SHARDS; shards++) {
            int byDefault = KeyGroupRangeAssignment.computeDefaultMaxParallelism(shards);
            for (int max : new int[] {byDefault, ShardAssigner.maxParallelism(shards), 32768}) {
                ShardAssigner assigner = new ShardAssigner(shards, max);
                for (int shard = 0; shard < shards; shard++) {
                    assertThat(subtask(assigner, shard, max, shards)).isEqualTo(shard);
                }
            }
        }
    }

    @Test
    void shardsPerSubtaskDifferByOneAtMostAtLowerParallelism() {
        for (int shards = 2; shards <= MOST_SHARDS; shards++) {
            int max = ShardAssigner.maxParallelism(shards);
            ShardAssigner assigner = new ShardAssigner(shards, max);
            for (int parallelism = 1; parallelism < shards; parallelism++) {
                int[] load = load(assigner, max, parallelism);
                assertThat(Arrays.stream(load).max().orElseThrow())
                        .as("most shards on a subtask, %d shards on %d", shards, parallelism)
                        .isEqualTo((shards + parallelism - 1) / parallelism);
                assertThat(Arrays.stream(load).min().orElseThrow())
                        .as("fewest shards on a subtask, %d shards on %d", shards, parallelism)
                        .isEqualTo(shards / parallelism);
            }
        }
    }

    @Test
    void noSubtaskHasMoreThanOneShardTooManyAtTheDefaultMaximum() {
        for (int shards = 2; shards <= MOST_SHARDS; shards++) {
            int max = KeyGroupRangeAssignment.computeDefaultMaxParallelism(shards);
            ShardAssigner assigner = new ShardAssigner(shards, max);
            for (int parallelism = 1; parallelism < shards; parallelism++) {
                int[] load = load(assigner, max, parallelism);
                assertThat(Arrays.stream(load).max().orElseThrow())
                        .as("most shards on a subtask, %d shards on %d", shards, parallelism)
                        .isLessThanOrEqualTo((shards + parallelism - 1) / parallelism + 1);
            }
        }
    }

    @Test
    void sampleGoesToTheKeyOfItsShard() {
        ShardAssigner assigner = new ShardAssigner(5, 128);
        Sample sample = new Sample(13, 4, Purpose.TRAINING, 0, 0, new byte[4]);

        assertThat(assigner.getKey(sample))
                .isEqualTo(assigner.keyOf(new SampleKey(13, 4).shard(5)));
        assertThat(assigner.shards()).isEqualTo(5);
    }

    @Test
    void moreShardsThanKeyGroupsAreRefused() {
        assertThatThrownBy(() -> new ShardAssigner(129, 128))
                .isInstanceOf(InvalidSettingException.class)
                .hasMessageContaining("max-parallelism: 128")
                .hasMessageContaining("129 to 32768");
    }

    private static int[] load(ShardAssigner assigner, int max, int parallelism) {
        int[] load = new int[parallelism];
        for (int shard = 0; shard < assigner.shards(); shard++) {
            load[subtask(assigner, shard, max, parallelism)]++;
        }
        return load;
    }

    private static int subtask(ShardAssigner assigner, int shard, int max, int parallelism) {
        return KeyGroupRangeAssignment.assignKeyToParallelOperator(
                assigner.keyOf(shard), max, parallelism);
    }
}
