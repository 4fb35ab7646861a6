package io.penstock.compare;

import io.penstock.run.StopSignal;
import io.penstock.sample.SampleSpec;
import io.penstock.schemas.Purpose;
import io.penstock.schemas.SimulationRequest;
import io.penstock.solver.Solver;
import io.penstock.solver.SolverSpec;
import io.penstock.study.Study;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.List;

/** Runs the simulations that a study asks for, as its ensemble would, and hands out their rows. */
final class Simulations {
    private final SampleSpec sample;
    private final SolverSpec solver;
    private final List<SimulationRequest> requests;
    private final StopSignal stop;

    /** What takes a row. */
    interface Receiver {
        /**
         * @param simulation number of the simulation among those run, from 0
         * @param row its bytes, position to limit; used again for the next one
         */
        void accept(int simulation, int step, ByteBuffer row) throws Exception;
    }

    /**
     * @param purpose which of the study's simulations
     */
    Simulations(Study study, Purpose purpose, StopSignal stop) {
        this.sample = study.sampleSpec();
        this.solver = study.solver().orElseThrow();
        this.requests =
                study.requestPlan().orElseThrow().requests().stream()
                        .filter(request -> request.getPurpose() == purpose)
                        .toList();
        this.stop = stop;
    }

    int count() {
        return requests.size();
    }

    int rows() {
        return Math.multiplyExact(requests.size(), sample.steps());
    }

    /** Runs them all. */
    void run(Receiver receiver) throws Exception {
        ByteBuffer row =
                ByteBuffer.allocateDirect(sample.rowBytes()).order(ByteOrder.LITTLE_ENDIAN);
        for (int simulation = 0; simulation < requests.size(); simulation++) {
            Interrupted.check(stop);
            double[] parameters =
                    requests.get(simulation).getParameters().stream()
                            .mapToDouble(Double::doubleValue)
                            .toArray();
            try (Solver running = solver.start(parameters)) {
                for (int step = 0; step < sample.steps(); step++) {
                    running.advance();
                    fill(row.clear(), parameters, running);
                    receiver.accept(simulation, step, row.flip());
                }
            }
        }
    }

    private void fill(ByteBuffer row, double[] parameters, Solver running) {
        for (double parameter : parameters) {
            row.putFloat((float) parameter);
        }
        row.putFloat((float) running.time());
        for (int field = 0; field < sample.fields().size(); field++) {
            for (double value : running.field(field)) {
                row.putFloat((float) value);
            }
        }
    }
}
