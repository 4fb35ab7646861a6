package io.penstock.flink;

import static org.assertj.core.api.Assertions.assertThat;

import io.penstock.serving.RequestBatcher;
import io.penstock.serving.ServedModel;
import io.penstock.serving.Versions;
import java.io.IOException;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

class ServingMetricsTest {
    private static final long START = 1_000_000;

    private final MetricRecorder recorder = new MetricRecorder();
    private final AtomicLong clock = new AtomicLong(START);
    private final ServingMetrics metrics = new ServingMetrics(recorder, Versions.STUDY, clock::get);

    private Object value(String name) {
        return recorder.value("serving.study=" + Versions.STUDY + "." + name);
    }

    private void answered(boolean isError, long latency) {
        metrics.answered(isError, clock.get() - latency, clock.get());
    }

    @Test
    void areThereFromTheStart() {
        assertThat(recorder.metrics().keySet())
                .hasSize(14)
                .allMatch(name -> name.startsWith("serving.study=" + Versions.STUDY + "."));
        assertThat(value("answered")).isEqualTo(0L);
        assertThat(value("servedVersion")).isEqualTo(-1L);
        assertThat(value("latencyMean")).isEqualTo(Double.NaN);
        assertThat(value("lastSwapMillis")).isEqualTo(Double.NaN);
    }

    @Test
    void errorsAreAnswersToo() {
        answered(false, 1);
        answered(true, 1);
        assertThat(value("answered")).isEqualTo(2L);
        assertThat(value("errors")).isEqualTo(1L);
    }

    @Test
    void latencyIsThatOfTheLastWholeIntervalUntilItIsOld() {
        answered(false, 2);
        answered(false, 10);
        metrics.answered(true, 0, clock.get());
        assertThat(value("latencyMax")).as("not over yet").isEqualTo(Double.NaN);
        clock.addAndGet(ServingMetrics.INTERVAL_MILLIS);
        answered(false, 70);
        assertThat(value("latencyMean")).isEqualTo(6.0);
        assertThat(value("latencyMax")).isEqualTo(10.0);
        clock.addAndGet(ServingMetrics.INTERVAL_MILLIS);
        answered(false, -5);
        assertThat(value("latencyMax")).isEqualTo(70.0);
        clock.addAndGet(ServingMetrics.INTERVAL_MILLIS);
        answered(false, 0);
        assertThat(value("latencyMean")).as("of a clock that is ahead").isEqualTo(0.0);
        clock.addAndGet(3 * ServingMetrics.INTERVAL_MILLIS);
        assertThat(value("latencyMean")).isEqualTo(Double.NaN);
    }

    @Test
    void batchesAndWhatWaitsAreTheBatchers() throws IOException {
        try (RequestBatcher batcher =
                new RequestBatcher(Versions.STUDY, 4, (question, answer) -> answered(false, 1))) {
            ask(batcher, 0, 6);
            assertThat(value("waiting")).isEqualTo(6L);
            batcher.swap(ServedModel.load(Versions.update(1)));
            batcher.answer();
            metrics.gathered(batcher);
            assertThat(value("waiting")).isEqualTo(2L);
            batcher.answer();
            metrics.gathered(batcher);
            assertThat(value("batches")).isEqualTo(2L);
            assertThat(value("batched")).isEqualTo(6L);
            clock.addAndGet(ServingMetrics.INTERVAL_MILLIS);
            answered(false, 1);
            assertThat(value("batchSize")).isEqualTo(3.0);
        }
    }

    private void ask(RequestBatcher batcher, int from, int to) {
        for (int number = from; number < to; number++) {
            batcher.accept(0, number, Versions.encode(Versions.request(number)));
            metrics.gathered(batcher);
        }
    }

    @Test
    void versionsAreCounted() {
        metrics.swapped(7, 12.5);
        metrics.refused();
        metrics.pinned(true);
        assertThat(value("servedVersion")).isEqualTo(7L);
        assertThat(value("swaps")).isEqualTo(1L);
        assertThat(value("refused")).isEqualTo(1L);
        assertThat(value("lastSwapMillis")).isEqualTo(12.5);
        assertThat(value("pinned")).isEqualTo(1);
        metrics.pinned(false);
        assertThat(value("pinned")).isEqualTo(0);
    }
}
