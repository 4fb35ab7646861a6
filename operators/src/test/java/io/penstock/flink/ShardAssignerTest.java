package io.penstock.flink;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.penstock.sample.Sample;
import io.penstock.sample.SampleKey;
import io.penstock.schemas.Purpose;
import io.penstock.setting.InvalidSettingException;
import java.util.HashSet;
import java.util.Set;
import org.apache.flink.runtime.state.KeyGroupRangeAssignment;
import org.junit.jupiter.api.Test;

class ShardAssignerTest {
    private static final int MOST_SHARDS = 128;

    @Test
    void everyShardHasTheSubtaskOfItsNumber() {
        for (int shards = 1; shards <= MOST_SHARDS; shards++) {
            ShardAssigner assigner = new ShardAssigner(shards);
            Set<Integer> taken = new HashSet<>();
            for (int shard = 0; shard < shards; shard++) {
                int subtask =
                        KeyGroupRangeAssignment.assignKeyToParallelOperator(
                                assigner.keyOf(shard), ShardAssigner.MAX_PARALLELISM, shards);
                assertThat(subtask).isEqualTo(shard);
                assertThat(taken.add(subtask)).isTrue();
            }
        }
    }

    @Test
    void sampleGoesToTheKeyOfItsShard() {
        ShardAssigner assigner = new ShardAssigner(5);
        Sample sample = new Sample(13, 4, Purpose.TRAINING, 0, 0, new byte[4]);

        assertThat(assigner.getKey(sample))
                .isEqualTo(assigner.keyOf(new SampleKey(13, 4).shard(5)));
        assertThat(assigner.shards()).isEqualTo(5);
    }

    @Test
    void moreShardsThanKeyGroupsAreRefused() {
        assertThatThrownBy(() -> new ShardAssigner(129))
                .isInstanceOf(InvalidSettingException.class)
                .hasMessageContaining("shards: 129")
                .hasMessageContaining("1 to 128");
    }
}
