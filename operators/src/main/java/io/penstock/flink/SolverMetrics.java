package io.penstock.flink;

import io.penstock.schemas.EventKind;
import org.apache.flink.metrics.Counter;
import org.apache.flink.metrics.Gauge;
import org.apache.flink.metrics.MetricGroup;

/**
 * What a subtask that runs simulations has done since it was started, as metrics of its operator in
 * the group {@code solver}, labelled with the study.
 */
final class SolverMetrics {
    private final Counter started;
    private final Counter finished;
    private final Counter failed;
    private final Counter sentSteps;

    /** 1 while a simulation runs, else 0. Set by the task, read by Flink's reporters. */
    private volatile int running;

    SolverMetrics(MetricGroup operator, String study) {
        MetricGroup group = operator.addGroup("solver").addGroup("study", study);
        started = group.counter("started");
        finished = group.counter("finished");
        failed = group.counter("failed");
        sentSteps = group.counter("sentSteps");
        Gauge<Integer> gauge = () -> running;
        group.gauge("running", gauge);
    }

    /** A time step has been sent. */
    void sent() {
        sentSteps.inc();
    }

    /** Something was said of the simulation. */
    void told(EventKind kind) {
        switch (kind) {
            case STARTED -> {
                started.inc();
                running = 1;
            }
            case FINISHED -> {
                finished.inc();
                running = 0;
            }
            case FAILED -> {
                failed.inc();
                running = 0;
            }
            case HEARTBEAT, ENSEMBLE_FINISHED -> {}
        }
    }
}
