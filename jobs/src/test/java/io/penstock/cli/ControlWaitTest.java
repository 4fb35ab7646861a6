package io.penstock.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.penstock.schemas.ControlKind;
import io.penstock.schemas.TrainingControl;
import java.time.Duration;
import org.junit.jupiter.api.Test;

class ControlWaitTest {
    private static final Duration LIMIT = Duration.ofMinutes(1);

    private static TrainingControl.Builder said(ControlKind kind) {
        return TrainingControl.newBuilder()
                .setStudy("plates")
                .setControl("id")
                .setKind(kind)
                .setTimestampMillis(0);
    }

    private static TrainingControl taken(int shard, long batch) {
        return said(ControlKind.TAKEN).setShard(shard).setBatch(batch).build();
    }

    @Test
    void waitsForEveryShardAndSaysWhenEachTookItFirst() {
        ControlWait answers = new ControlWait(2);
        answers.take(taken(1, 7));
        answers.take(taken(1, 9));
        assertThat(answers.outcome()).isEmpty();
        assertThat(answers.late(LIMIT).done()).isFalse();
        assertThat(answers.late(LIMIT).text()).startsWith("not taken by shards 0 within 1m");
        answers.take(taken(0, 8));
        assertThat(answers.outcome())
                .contains(
                        new ControlWait.Outcome(
                                true, "Taken by shard 0 after batch 8, shard 1 after batch 7."));
    }

    @Test
    void saysWhereTheSavepointLies() {
        ControlWait answers = new ControlWait(0);
        answers.take(taken(-1, -1));
        assertThat(answers.outcome()).isEmpty();
        assertThat(answers.late(LIMIT).text()).isEqualTo("not done within 1m; it may still be");
        answers.take(said(ControlKind.DONE).setMessage("file:/savepoint-1").build());
        assertThat(answers.outcome())
                .contains(new ControlWait.Outcome(true, "Done. Savepoint: file:/savepoint-1"));
    }

    @Test
    void saysWhyItFailedAndThatNoAgentWasThere() {
        ControlWait answers = new ControlWait(0);
        assertThat(answers.late(LIMIT).text()).contains("no agent took it", "--flink HOST:PORT");
        answers.take(said(ControlKind.FAILED).setMessage("no job runs").build());
        assertThat(answers.outcome()).contains(new ControlWait.Outcome(false, "no job runs"));
    }
}
