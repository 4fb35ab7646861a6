package io.penstock.flink;

import static org.assertj.core.api.Assertions.assertThat;

import io.penstock.schemas.EventKind;
import io.penstock.solver.EnsembleCounts;
import org.junit.jupiter.api.Test;

class EnsembleMetricsTest {
    private final MetricRecorder recorder = new MetricRecorder();

    @Test
    void ensembleIsWhereTheSupervisorLastSaidItWas() {
        EnsembleMetrics metrics =
                new EnsembleMetrics(recorder, "plates", new EnsembleCounts(10, 0, 0, 0, 0, 0, 0));
        assertThat(recorder.value("ensemble.study=plates.total")).isEqualTo(10L);

        metrics.counted(new EnsembleCounts(11, 2, 6, 5, 4, 3, 1));
        assertThat(recorder.value("ensemble.study=plates.total")).isEqualTo(11L);
        assertThat(recorder.value("ensemble.study=plates.running")).isEqualTo(2L);
        assertThat(recorder.value("ensemble.study=plates.ended")).isEqualTo(6L);
        assertThat(recorder.value("ensemble.study=plates.finished")).isEqualTo(5L);
        assertThat(recorder.value("ensemble.study=plates.failed")).isEqualTo(4L);
        assertThat(recorder.value("ensemble.study=plates.retried")).isEqualTo(3L);
        assertThat(recorder.value("ensemble.study=plates.givenUp")).isEqualTo(1L);
    }

    @Test
    void solverRunsFromItsStartToItsEnd() {
        SolverMetrics metrics = new SolverMetrics(recorder, "plates");
        metrics.told(EventKind.STARTED);
        metrics.sent();
        metrics.told(EventKind.HEARTBEAT);
        metrics.sent();
        assertThat(recorder.value("solver.study=plates.running")).isEqualTo(1);
        metrics.told(EventKind.FINISHED);
        assertThat(recorder.value("solver.study=plates.running")).isEqualTo(0);
        metrics.told(EventKind.FAILED);
        assertThat(recorder.value("solver.study=plates.sentSteps")).isEqualTo(2L);
        assertThat(recorder.value("solver.study=plates.started")).isEqualTo(1L);
        assertThat(recorder.value("solver.study=plates.finished")).isEqualTo(1L);
        assertThat(recorder.value("solver.study=plates.failed")).isEqualTo(1L);
    }
}
