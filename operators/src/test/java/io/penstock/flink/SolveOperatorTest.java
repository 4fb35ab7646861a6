package io.penstock.flink;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.penstock.schemas.DType;
import io.penstock.schemas.EventKind;
import io.penstock.schemas.Field;
import io.penstock.schemas.Purpose;
import io.penstock.schemas.SimulationEvent;
import io.penstock.schemas.SimulationRequest;
import io.penstock.schemas.SolverOutput;
import java.nio.ByteOrder;
import java.util.Arrays;
import java.util.List;
import org.apache.flink.runtime.checkpoint.OperatorSubtaskState;
import org.junit.jupiter.api.Test;

class SolveOperatorTest {
    @Test
    void saysFinishedOnlyAfterEveryStepIsAcknowledged() throws Exception {
        try (var bench = new SolveOperatorBench()) {
            bench.request(7, 10);
            bench.request(8, 20);
            bench.runAll();

            assertThat(bench.journal)
                    .containsExactly(
                            "STARTED 7",
                            "sent 7/0",
                            "sent 7/1",
                            "sent 7/2",
                            "flush",
                            "FINISHED 7",
                            "STARTED 8",
                            "sent 8/0",
                            "sent 8/1",
                            "sent 8/2",
                            "flush",
                            "FINISHED 8");
        }
    }

    @Test
    void sendsFieldsAsLittleEndianFloatsWithWhatBelongsToThem() throws Exception {
        try (var bench = new SolveOperatorBench()) {
            bench.request(7, 10);
            bench.runAll();

            SolverOutput second = bench.outputs.get(1);
            assertThat(second.getStudy()).isEqualTo(SolveOperatorBench.STUDY);
            assertThat(second.getTime()).isEqualTo(1.0);
            assertThat(second.getPurpose()).isEqualTo(Purpose.VALIDATION);
            assertThat(second.getParameters()).containsExactly(10.0);
            Field field = second.getFields().get(0);
            assertThat(field.getName()).isEqualTo("count");
            assertThat(field.getShape()).containsExactly(2);
            assertThat(field.getDtype()).isEqualTo(DType.FLOAT32);
            var data = field.getData().order(ByteOrder.LITTLE_ENDIAN).asFloatBuffer();
            assertThat(data.remaining()).isEqualTo(2);
            assertThat(data.get(0)).isEqualTo(12);
            assertThat(data.get(1)).isEqualTo(-2);
        }
    }

    @Test
    void announcesWhatASimulationWillBe() throws Exception {
        try (var bench = new SolveOperatorBench()) {
            bench.request(7, 10);
            bench.harness.setProcessingTime(123);
            bench.runAll();

            SimulationEvent started = bench.events.get(0);
            assertThat(started.getKind()).isEqualTo(EventKind.STARTED);
            assertThat(started.getStudy()).isEqualTo(SolveOperatorBench.STUDY);
            assertThat(started.getPurpose()).isEqualTo(Purpose.VALIDATION);
            assertThat(started.getParameters()).containsExactly(10.0);
            assertThat(started.getExpectedSteps()).isEqualTo(SolveOperatorBench.STEPS);
            assertThat(started.getAttempt()).isEqualTo(1);
            assertThat(started.getTimestampMillis()).isEqualTo(123);
            assertThat(bench.events.get(1).getStepsSent()).isEqualTo(SolveOperatorBench.STEPS);
        }
    }

    @Test
    void takesOneStepPerMailSoThatInputAndCheckpointsFallBetweenSteps() throws Exception {
        try (var bench = new SolveOperatorBench()) {
            bench.request(7, 10);
            bench.request(8, 20);
            assertThat(bench.harness.getTaskMailbox().size()).isEqualTo(1);
            bench.runOne();
            bench.runOne();
            assertThat(bench.journal).containsExactly("STARTED 7", "sent 7/0");

            bench.request(9, 30);
            assertThat(bench.harness.getTaskMailbox().size()).isEqualTo(1);
            bench.runAll();
            assertThat(bench.harness.getTaskMailbox().hasMail()).isFalse();
            assertThat(bench.journal).endsWith("FINISHED 9");
        }
    }

    @Test
    void givesASignOfLifeAtMostOncePerInterval() throws Exception {
        try (var bench = new SolveOperatorBench()) {
            bench.request(7, 10);
            bench.harness.setProcessingTime(5000);
            bench.runOne();
            bench.harness.setProcessingTime(5999);
            bench.runOne();
            bench.harness.setProcessingTime(6000);
            bench.runOne();
            bench.runAll();

            assertThat(bench.journal)
                    .containsExactly(
                            "STARTED 7",
                            "sent 7/0",
                            "sent 7/1",
                            "HEARTBEAT 7",
                            "sent 7/2",
                            "flush",
                            "FINISHED 7");
            assertThat(bench.events.get(1).getStepsSent()).isEqualTo(2);
        }
    }

    @Test
    void goesOnWithTheNextSimulationWhenASolverThrows() throws Exception {
        try (var bench = new SolveOperatorBench()) {
            bench.request(7, -2);
            bench.request(8, 20);
            bench.runAll();

            assertThat(bench.journal)
                    .containsExactly(
                            "STARTED 7",
                            "sent 7/0",
                            "sent 7/1",
                            "flush",
                            "FAILED 7",
                            "STARTED 8",
                            "sent 8/0",
                            "sent 8/1",
                            "sent 8/2",
                            "flush",
                            "FINISHED 8");
            SimulationEvent failed = bench.events.get(1);
            assertThat(failed.getReason()).isEqualTo("SolverException: counted to 2");
            assertThat(failed.getStepsSent()).isEqualTo(2);
        }
    }

    @Test
    void failsNoSimulationWhenItIsCancelledWithinAStep() throws Exception {
        try (var bench = new SolveOperatorBench()) {
            bench.request(7, 2000);

            assertThatThrownBy(bench::runAll).isInstanceOf(InterruptedException.class);
            assertThat(bench.journal).containsExactly("STARTED 7", "sent 7/0");
        }
    }

    @Test
    void failsASimulationWithAWrongNumberOfParametersWithoutStartingIt() throws Exception {
        try (var bench = new SolveOperatorBench()) {
            bench.request(7, 1, 2);
            bench.runAll();

            assertThat(bench.journal).containsExactly("flush", "FAILED 7");
            assertThat(bench.events.get(0).getReason())
                    .isEqualTo("SolverException: 2 parameters; counting takes 1");
        }
    }

    @Test
    void skipsWhatIsNotARequestOfItsStudy() throws Exception {
        byte[] request =
                SimulationRequest.getEncoder()
                        .encode(
                                SimulationRequest.newBuilder()
                                        .setStudy("another")
                                        .setSimulation(1)
                                        .setParameters(List.of(1.0))
                                        .setProposedBy("test")
                                        .build())
                        .array();
        try (var bench = new SolveOperatorBench()) {
            bench.read(request);
            bench.read(null);
            bench.read(new byte[0]);
            bench.read(new byte[] {1, 2, 3});
            bench.read(Arrays.copyOf(request, request.length - 4));
            bench.request(-5, 1);
            bench.request(7, 10);
            bench.runAll();

            assertThat(bench.journal).startsWith("STARTED 7").endsWith("FINISHED 7");
        }
    }

    @Test
    void finishesEverythingAtTheEndOfTheInput() throws Exception {
        try (var bench = new SolveOperatorBench()) {
            bench.request(7, 10);
            bench.request(8, -1);
            bench.request(9, 30);
            bench.runOne();
            bench.endInput();

            assertThat(bench.journal).contains("FINISHED 7", "FAILED 8").endsWith("FINISHED 9");
            assertThat(bench.harness.getTaskMailbox().hasMail()).isFalse();
        }
    }

    @Test
    void repeatsOnlyTheInterruptedSimulationAfterARestore() throws Exception {
        OperatorSubtaskState snapshot;
        try (var bench = new SolveOperatorBench()) {
            bench.request(7, 10);
            bench.request(8, 20);
            bench.request(9, 30);
            for (int mail = 0; mail < 4 + 3; mail++) {
                bench.runOne();
            }
            assertThat(bench.journal).endsWith("STARTED 8", "sent 8/0", "sent 8/1");
            snapshot = bench.snapshot();
            assertThat(bench.journal).endsWith("sent 8/1", "flush");
        }
        try (var bench = new SolveOperatorBench(snapshot)) {
            bench.runAll();

            assertThat(bench.journal)
                    .containsExactly(
                            "STARTED 8",
                            "sent 8/0",
                            "sent 8/1",
                            "sent 8/2",
                            "flush",
                            "FINISHED 8",
                            "STARTED 9",
                            "sent 9/0",
                            "sent 9/1",
                            "sent 9/2",
                            "flush",
                            "FINISHED 9");
            assertThat(bench.events)
                    .extracting(SimulationEvent::getAttempt)
                    .containsExactly(2, 2, 1, 1);
        }
    }

    @Test
    void doesNotRunAgainWhatEndedAfterTheCheckpoint() throws Exception {
        OperatorSubtaskState snapshot;
        try (var bench = new SolveOperatorBench()) {
            bench.request(7, 10);
            bench.request(8, 20);
            bench.request(9, 30);
            bench.runOne();
            snapshot = bench.snapshot();
        }
        try (var bench = new SolveOperatorBench(snapshot, 7L, 9L)) {
            bench.runAll();
            assertThat(bench.journal).startsWith("STARTED 8").endsWith("FINISHED 8");
        }
    }

    @Test
    void keepsNothingInItsStateWhenAllIsDone() throws Exception {
        OperatorSubtaskState snapshot;
        try (var bench = new SolveOperatorBench()) {
            bench.request(7, 10);
            bench.runAll();
            snapshot = bench.snapshot();
        }
        try (var bench = new SolveOperatorBench(snapshot)) {
            bench.runAll();
            assertThat(bench.journal).isEmpty();
        }
    }

    @Test
    void failsTheJobWhenAStepCannotBeSent() throws Exception {
        try (var bench = new SolveOperatorBench()) {
            bench.sendFailure = new OutputPublisherException("no broker", new Exception());
            bench.request(7, 10);
            bench.runOne();

            assertThatThrownBy(bench::runOne).isSameAs(bench.sendFailure);
        }
    }

    @Test
    void closesItsPublisher() throws Exception {
        var bench = new SolveOperatorBench();
        assertThat(bench.open).isTrue();
        bench.request(7, 10);
        bench.runOne();
        bench.close();
        assertThat(bench.open).isFalse();
    }
}
