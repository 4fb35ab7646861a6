package io.penstock.flink;

import io.penstock.schemas.Purpose;
import io.penstock.schemas.SimulationEvent;
import io.penstock.schemas.SimulationRequest;
import io.penstock.schemas.SolverOutput;
import io.penstock.solver.Solver;
import io.penstock.solver.SolverException;
import io.penstock.solver.SolverField;
import io.penstock.solver.SolverSpec;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.apache.flink.runtime.checkpoint.OperatorSubtaskState;
import org.apache.flink.streaming.runtime.streamrecord.StreamRecord;
import org.apache.flink.streaming.runtime.tasks.mailbox.TaskMailbox;
import org.apache.flink.streaming.util.OneInputStreamOperatorTestHarness;
import org.jspecify.annotations.Nullable;

/**
 * A {@link SolveOperator} in a harness, with one journal of what it sends, waits for and says, in
 * order, such as {@code STARTED 7}, {@code sent 7/0}, {@code flush}.
 */
final class SolveOperatorBench implements AutoCloseable {
    static final String STUDY = "counting";
    static final int STEPS = 3;
    static final long HEARTBEAT_MILLIS = 1000;

    final List<String> journal = new ArrayList<>();
    final List<SimulationEvent> events = new ArrayList<>();
    final List<SolverOutput> outputs = new ArrayList<>();
    boolean open;
    @Nullable RuntimeException sendFailure;

    final OneInputStreamOperatorTestHarness<ConsumedRecord, Void> harness;

    SolveOperatorBench() throws Exception {
        this(null);
    }

    /**
     * Restores from a snapshot if there is one.
     *
     * @param ended simulations that have ended meanwhile
     */
    SolveOperatorBench(@Nullable OperatorSubtaskState snapshot, Long... ended) throws Exception {
        var settings =
                new SolveOperatorSettings(STUDY, new CountingSpec(), STEPS, HEARTBEAT_MILLIS);
        harness =
                new OneInputStreamOperatorTestHarness<>(
                        new SolveOperatorFactory(settings, Recorder::new, () -> Set.of(ended)));
        harness.getExecutionConfig().enableObjectReuse();
        if (snapshot != null) {
            harness.initializeState(snapshot);
        }
        harness.open();
    }

    void request(long simulation, double... parameters) throws Exception {
        List<Double> boxed = new ArrayList<>();
        for (double parameter : parameters) {
            boxed.add(parameter);
        }
        request(
                SimulationRequest.newBuilder()
                        .setStudy(STUDY)
                        .setSimulation(simulation)
                        .setPurpose(Purpose.VALIDATION)
                        .setParameters(boxed)
                        .setProposedBy("test")
                        .build());
    }

    void request(SimulationRequest request) throws Exception {
        read(SimulationRequest.getEncoder().encode(request).array());
    }

    void read(byte @Nullable [] value) throws Exception {
        var input = new ConsumedRecord("simulation-requests", 2, 41, null, value);
        harness.processElement(new StreamRecord<>(input));
    }

    /** Runs mails until the operator is idle. */
    void runAll() throws Exception {
        while (runOne()) {}
    }

    /** Runs one mail, if there is one. */
    boolean runOne() throws Exception {
        var mail = harness.getTaskMailbox().tryTake(TaskMailbox.MIN_PRIORITY);
        if (mail.isPresent()) {
            mail.get().run();
        }
        return mail.isPresent();
    }

    void endInput() throws Exception {
        harness.endInput();
    }

    OperatorSubtaskState snapshot() throws Exception {
        return harness.snapshot(1, 1);
    }

    @Override
    public void close() throws Exception {
        harness.close();
    }

    private final class Recorder implements OutputPublisher {
        Recorder() {
            open = true;
        }

        @Override
        public void publish(SolverOutput output) {
            if (sendFailure != null) {
                throw sendFailure;
            }
            // Encoded at once, as a publisher has to: the buffers are written again.
            try {
                var bytes = SolverOutput.getEncoder().encode(output);
                outputs.add(SolverOutput.getDecoder().decode(bytes));
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
            journal.add("sent " + output.getSimulation() + "/" + output.getTimeStep());
        }

        @Override
        public void publish(SimulationEvent event) {
            events.add(event);
            journal.add(event.getKind() + " " + event.getSimulation());
        }

        @Override
        public void flush() {
            journal.add("flush");
        }

        @Override
        public void close() {
            open = false;
        }
    }

    /**
     * Counts from its one parameter upwards in two cells; a negative parameter -k throws at step k,
     * and one above 1000 is interrupted at step 1.
     */
    private record CountingSpec() implements SolverSpec {
        @Override
        public List<String> parameters() {
            return List.of("first");
        }

        @Override
        public List<SolverField> fields() {
            return List.of(new SolverField("count", List.of(2)));
        }

        @Override
        public Solver start(double[] parameters) {
            if (parameters.length != 1) {
                throw new SolverException(parameters.length + " parameters; counting takes 1");
            }
            return new Counting(parameters[0]);
        }
    }

    private static final class Counting implements Solver {
        private final double first;
        private int steps;

        Counting(double first) {
            this.first = first;
        }

        @Override
        public void advance() throws InterruptedException {
            if (first > 1000 && steps == 1) {
                throw new InterruptedException();
            }
            if (first < 0 && steps == -first) {
                throw new SolverException("counted to\n" + steps);
            }
            steps++;
        }

        @Override
        public double time() {
            return steps * 0.5;
        }

        @Override
        public double[] field(int index) {
            return new double[] {first + steps, -steps};
        }

        @Override
        public void close() {}
    }
}
