package io.penstock.flink;

import static org.assertj.core.api.Assertions.assertThat;

import io.penstock.training.ShardReporter;
import io.penstock.training.StudyFixture;
import io.penstock.training.TrainingShard;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import org.apache.flink.metrics.Gauge;
import org.apache.flink.metrics.MetricGroup;
import org.apache.flink.metrics.groups.UnregisteredMetricsGroup;
import org.junit.jupiter.api.Test;

class TrainingMetricsTest {
    private static final class Registered extends UnregisteredMetricsGroup {
        final Map<String, Gauge<?>> gauges = new TreeMap<>();
        String group = "";

        @Override
        public MetricGroup addGroup(String name) {
            group = name;
            return this;
        }

        @Override
        public <T, G extends Gauge<T>> G gauge(String name, G gauge) {
            gauges.put(name, gauge);
            return gauge;
        }

        Object value(String name) {
            return Objects.requireNonNull(gauges.get(name)).getValue();
        }
    }

    @Test
    void areWhatTheLastReportSays() {
        Registered registered = new Registered();
        TrainingMetrics metrics = new TrainingMetrics(registered);
        assertThat(registered.group).isEqualTo("training");
        assertThat(registered.gauges)
                .containsKeys(
                        "stepMillis",
                        "gatherMillis",
                        "optimiserMillis",
                        "ingestMicros",
                        "lastStallMillis",
                        "samplesPerSecond");
        assertThat(registered.value("stepMillis")).as("before a report").isEqualTo(Double.NaN);

        try (TrainingShard shard = new TrainingShard(StudyFixture.counted(4).spec(), 0)) {
            ShardReporter reporter = new ShardReporter(shard, 0);
            metrics.reported(
                    reporter.report(1, 1, false)
                            .setStepMillis(2.5)
                            .setLastStallMillis(7.0)
                            .setCheckpoints(0)
                            .setLastCheckpointBytes(0)
                            .setMaxStallMillis(0)
                            .build());
        }
        assertThat(registered.value("stepMillis")).isEqualTo(2.5);
        assertThat(registered.value("lastStallMillis")).isEqualTo(7.0);
        assertThat(registered.value("optimiserMillis")).as("not reported").isEqualTo(Double.NaN);
    }
}
