package io.penstock.flink;

import static org.assertj.core.api.Assertions.assertThat;

import io.penstock.schemas.Phase;
import io.penstock.schemas.TrainingReport;
import io.penstock.training.ShardReporter;
import io.penstock.training.StudyFixture;
import io.penstock.training.TrainingShard;
import org.junit.jupiter.api.Test;

class TrainingMetricsTest {
    private final MetricRecorder recorder = new MetricRecorder();
    private final TrainingMetrics metrics = new TrainingMetrics(recorder, "plates", 3);

    private Object value(String name) {
        return recorder.value("training.study=plates.shard=3." + name);
    }

    private static TrainingReport.Builder report() {
        try (TrainingShard shard = new TrainingShard(StudyFixture.counted(4).spec(), 0)) {
            return new ShardReporter(shard, 0)
                    .report(1, 1, false)
                    .setCheckpoints(0)
                    .setLastCheckpointBytes(0)
                    .setMaxStallMillis(0);
        }
    }

    @Test
    void areLabelledWithStudyAndShard() {
        assertThat(recorder.metrics().keySet())
                .hasSizeGreaterThan(35)
                .allMatch(name -> name.startsWith("training.study=plates.shard=3."));
    }

    @Test
    void areWhatTheLastReportSays() {
        assertThat(value("stepMillis")).as("before a report").isEqualTo(Double.NaN);
        assertThat(value("batches")).as("before a report").isEqualTo(Double.NaN);

        metrics.reported(
                report().setStepMillis(2.5).setLastStallMillis(7.0).setBatches(12).build());
        assertThat(value("stepMillis")).isEqualTo(2.5);
        assertThat(value("lastStallMillis")).isEqualTo(7.0);
        assertThat(value("batches")).isEqualTo(12.0);
        assertThat(value("optimiserMillis")).as("not reported").isEqualTo(Double.NaN);

        metrics.reported(report().setBatches(13).build());
        assertThat(value("batches")).isEqualTo(13.0);
        assertThat(value("lastStallMillis")).as("no longer reported").isEqualTo(Double.NaN);
    }

    @Test
    void phaseIsANumberThatGrows() {
        double before = -1;
        for (Phase phase : Phase.values()) {
            metrics.reported(report().setPhase(phase).build());
            assertThat((Double) value("phase")).isGreaterThan(before);
            before = (Double) value("phase");
        }
        assertThat(value("phase")).as("finished").isEqualTo(3.0);
    }

    @Test
    void pausedIsOneWhileAControlHasPausedTheShard() {
        metrics.reported(report().build());
        assertThat(value("paused")).isEqualTo(0.0);
        metrics.reported(report().setPaused(true).build());
        assertThat(value("paused")).isEqualTo(1.0);
    }

    @Test
    void meanOfDrawsIsOverTheSamplesThatHaveLeft() {
        metrics.reported(report().build());
        assertThat(value("drawsMean")).as("none has left").isEqualTo(Double.NaN);
        metrics.reported(report().setEvicted(3).setDrained(1).setDrawsTotal(10).build());
        assertThat(value("drawsMean")).isEqualTo(2.5);
    }

    @Test
    void modelVersionIsTheOnePublishedLast() {
        assertThat(value("modelVersion")).isEqualTo(Double.NaN);
        metrics.published(4);
        metrics.published(7);
        assertThat(value("modelVersion")).isEqualTo(7.0);
    }
}
