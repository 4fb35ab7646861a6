package io.penstock.flink;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.penstock.sample.SampleForm;
import io.penstock.schemas.ModelUpdate;
import io.penstock.schemas.Prediction;
import io.penstock.schemas.PredictionRequest;
import io.penstock.schemas.ServingEvent;
import io.penstock.schemas.ServingEventKind;
import io.penstock.serving.BatchBounds;
import io.penstock.serving.PromotionGate;
import io.penstock.serving.Versions;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.stream.LongStream;
import org.apache.flink.runtime.checkpoint.OperatorSubtaskState;
import org.apache.flink.streaming.util.AbstractStreamOperatorTestHarness;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class PredictionOperatorTest {
    private static final int MOST = 4;
    private static final Duration LATENCY = Duration.ofMillis(5);

    private final AnswersInMemory log = new AnswersInMemory();
    private final PredictionSettings settings =
            new PredictionSettings(
                    Versions.STUDY,
                    new BatchBounds(MOST, LATENCY),
                    PromotionGate.DEFAULT,
                    PredictionHarness.EVENTS,
                    log);
    private final List<PredictionHarness> open = new ArrayList<>();

    @AfterEach
    void close() throws Exception {
        for (PredictionHarness harness : open) {
            harness.close();
        }
    }

    private PredictionHarness start() throws Exception {
        return start(1, 0, null);
    }

    private PredictionHarness start(
            int parallelism, int subtask, @Nullable OperatorSubtaskState state) throws Exception {
        PredictionHarness harness = new PredictionHarness(settings, parallelism, subtask);
        open.add(harness);
        if (state != null) {
            harness.initializeState(state);
        }
        harness.open();
        return harness;
    }

    /** One that serves the first version, at 100 ms. */
    private PredictionHarness servingAt100() throws Exception {
        PredictionHarness harness = start();
        harness.publish(Versions.update(1));
        harness.setProcessingTime(100);
        return harness;
    }

    private static List<Long> offsets(List<Prediction> answers) {
        return answers.stream().map(Prediction::getRequestOffset).toList();
    }

    private static List<Long> range(long from, long to) {
        return LongStream.range(from, to).boxed().toList();
    }

    @Test
    void answersWhenTheBatchIsFullOrTheFirstHasWaitedLongEnough() throws Exception {
        PredictionHarness harness = servingAt100();
        for (int i = 0; i < MOST + 1; i++) {
            harness.request(0, i);
        }
        assertThat(harness.answers()).hasSize(MOST);
        harness.setProcessingTime(104);
        assertThat(harness.answers()).hasSize(MOST);
        harness.setProcessingTime(105);
        assertThat(offsets(harness.answers())).isEqualTo(range(0, MOST + 1));
    }

    @Test
    void aTimeThatIsOverForAFormerBatchDoesNotCutTheNextOneShort() throws Exception {
        PredictionHarness harness = servingAt100();
        harness.request(0, 0);
        harness.setProcessingTime(103);
        for (int i = 1; i < MOST + 1; i++) {
            harness.request(0, i);
        }
        harness.setProcessingTime(105);
        assertThat(harness.answers()).hasSize(MOST);
        harness.setProcessingTime(108);
        assertThat(harness.answers()).hasSize(MOST + 1);
    }

    /** It is 100 ms, and the bound 5 ms. Whatever a clock says, a request waits 1 to 5. */
    @ParameterizedTest
    @CsvSource({"100, 105", "97, 102", "96, 101", "95, 101", "0, 101", "999, 105"})
    void theWaitCountsFromWhenARequestWasSent(long sent, long answered) throws Exception {
        PredictionHarness harness = servingAt100();
        harness.requestSentAt(sent, 0);
        harness.setProcessingTime(answered - 1);
        assertThat(harness.answers()).isEmpty();
        harness.setProcessingTime(answered);
        assertThat(harness.answers()).hasSize(1);
    }

    @Test
    void aTimeThatIsNotOverForAFormerBatchDoesNotMakeTheNextOneLong() throws Exception {
        PredictionHarness harness = servingAt100();
        harness.requestSentAt(100, 0);
        harness.getOperator().prepareSnapshotPreBarrier(1);
        harness.requestSentAt(98, 1);
        harness.setProcessingTime(103);
        assertThat(harness.answers()).hasSize(2);
    }

    @Test
    void answersNameTheVersionThatPredictedThem() throws Exception {
        PredictionHarness harness = start();
        harness.publish(Versions.update(1));
        for (int i = 0; i < MOST; i++) {
            harness.request(2, i);
        }
        harness.publish(Versions.update(2));
        for (int i = MOST; i < 2 * MOST; i++) {
            harness.request(2, i);
        }
        for (Prediction answer : harness.answers()) {
            long version = answer.getRequestOffset() < MOST ? 1 : 2;
            assertThat(answer.getModelVersion()).isEqualTo(version);
            assertThat(answer.getRequestPartition()).isEqualTo(2);
            assertThat(Versions.values(answer.getFields().get(0)))
                    .containsExactly(
                            Versions.expected(
                                    Versions.update(version),
                                    Versions.request(answer.getRequestOffset())),
                            within(1e-3f));
        }
        assertThat(harness.events())
                .extracting(ServingEvent::getKind)
                .containsOnly(ServingEventKind.SERVED);
        assertThat(harness.events().get(1).getSwapMillis()).isPositive();
    }

    @Test
    void aBadVersionIsRefusedAndWhatWasServedGoesOn() throws Exception {
        PredictionHarness harness = start();
        harness.publish(Versions.update(1));
        ModelUpdate damaged = Versions.update(2);
        damaged.setWeightsSha256("00");
        harness.publish(damaged);
        ModelUpdate missing = Versions.update(3);
        missing.setWeights(null);
        missing.setWeightsUri("file:///there/is/no/such/file");
        harness.publish(missing);
        harness.publish(Versions.update(4, 7, SampleForm.DIRECT));
        ModelUpdate unreadable = Versions.update(5);
        unreadable.setModel("{}");
        harness.publish(unreadable);
        harness.garbage();
        assertThat(harness.events().stream().skip(1))
                .hasSize(4)
                .allMatch(event -> event.getKind() == ServingEventKind.REFUSED)
                .extracting(ServingEvent::getVersion)
                .containsExactly(2L, 3L, 4L, 5L);
        for (int i = 0; i < MOST; i++) {
            harness.request(0, i);
        }
        assertThat(harness.answers())
                .hasSize(MOST)
                .allMatch(answer -> answer.getModelVersion() == 1);
        harness.publish(Versions.update(6));
        assertThat(harness.events().get(5).getKind()).isEqualTo(ServingEventKind.SERVED);
    }

    @Test
    void goesBackAndFollowsAgain() throws Exception {
        PredictionHarness harness = start();
        for (int version = 1; version < 4; version++) {
            harness.publish(Versions.update(version));
        }
        harness.ask(ServingEventKind.ROLLBACK, 1);
        for (int i = 0; i < MOST; i++) {
            harness.request(0, i);
        }
        harness.ask(ServingEventKind.FOLLOW, -1);
        for (int i = MOST; i < 2 * MOST; i++) {
            harness.request(0, i);
        }
        assertThat(harness.answers())
                .extracting(Prediction::getModelVersion)
                .containsExactly(1L, 1L, 1L, 1L, 3L, 3L, 3L, 3L);
    }

    @Test
    void theBatchIsAnsweredBeforeTheBarrierAndAtTheEnd() throws Exception {
        PredictionHarness harness = start();
        harness.publish(Versions.update(1));
        harness.request(0, 0);
        harness.getOperator().prepareSnapshotPreBarrier(1);
        assertThat(harness.answers()).hasSize(1);
        harness.request(0, 1);
        harness.endInput(2);
        assertThat(harness.answers()).hasSize(1);
        harness.endInput(1);
        assertThat(harness.answers()).hasSize(2);
    }

    @Test
    void whatComesBeforeAModelWaitsEvenThroughARestore() throws Exception {
        PredictionHarness harness = start();
        for (int i = 0; i < 3 * MOST; i++) {
            harness.request(0, i);
        }
        PredictionHarness restored = start(1, 0, harness.snapshot(1, 0));
        assertThat(restored.answers()).isEmpty();
        restored.publish(Versions.update(1));
        restored.mails();
        assertThat(offsets(restored.answers())).isEqualTo(range(0, 3 * MOST));
        assertThat(harness.answers()).isEmpty();
    }

    @Test
    void aRestoredJobAnswersWhatAnUninterruptedOneDoes() throws Exception {
        PredictionHarness whole = start();
        PredictionHarness first = start();
        for (PredictionHarness harness : List.of(whole, first)) {
            harness.publish(Versions.update(1));
            harness.publish(Versions.update(2));
            harness.ask(ServingEventKind.ROLLBACK, 1);
            for (int i = 0; i < MOST; i++) {
                harness.request(0, i);
            }
        }
        OperatorSubtaskState state = first.snapshot(1, 0);
        log.add(first.answers());
        // Answered after the checkpoint, and read again after the failure.
        for (int i = MOST; i < 2 * MOST; i++) {
            first.request(0, i);
        }
        log.add(first.answers().subList(MOST, 2 * MOST));
        PredictionHarness restored = start(1, 0, state);
        for (int i = MOST; i < 4 * MOST; i++) {
            whole.request(0, i);
            restored.request(0, i);
        }
        log.add(restored.answers());
        assertThat(offsets(log.all())).isEqualTo(range(0, 4 * MOST));
        assertThat(log.all())
                .extracting(Prediction::getFields)
                .isEqualTo(whole.answers().stream().map(Prediction::getFields).toList());
        assertThat(log.all()).extracting(Prediction::getModelVersion).containsOnly(1L);
    }

    @Test
    void whatIsAnsweredStaysKnownThroughTwoFailures() throws Exception {
        PredictionHarness first = start();
        first.publish(Versions.update(1));
        OperatorSubtaskState state = first.snapshot(1, 0);
        for (int i = 0; i < 2 * MOST; i++) {
            first.request(0, i);
        }
        log.add(first.answers());
        PredictionHarness second = start(1, 0, state);
        // Half of it is read again, then a checkpoint that the second failure goes back to.
        for (int i = 0; i < MOST; i++) {
            second.request(0, i);
        }
        OperatorSubtaskState later = second.snapshot(2, 0);
        PredictionHarness third = start(1, 0, later);
        for (int i = MOST; i < 3 * MOST; i++) {
            third.request(0, i);
        }
        assertThat(second.answers()).isEmpty();
        assertThat(offsets(third.answers())).isEqualTo(range(2 * MOST, 3 * MOST));
    }

    @Test
    void moreOrFewerSubtasksAnswerWhatWasLeft() throws Exception {
        PredictionHarness one = start();
        one.publish(Versions.update(1));
        one.publish(Versions.update(2));
        OperatorSubtaskState state = one.snapshot(1, 0);
        for (int i = 0; i < MOST; i++) {
            one.request(0, i);
        }
        log.add(one.answers());
        List<PredictionHarness> two = rescaled(state, 1, 2);
        for (int i = 0; i < 4 * MOST; i++) {
            two.get(i % 2).request(0, i);
        }
        OperatorSubtaskState both =
                AbstractStreamOperatorTestHarness.repackageState(
                        snapshot(two.get(0)), snapshot(two.get(1)));
        for (int i = 4 * MOST; i < 6 * MOST; i++) {
            two.get(i % 2).request(0, i);
        }
        for (PredictionHarness harness : two) {
            log.add(harness.answers());
        }
        PredictionHarness again = rescaled(both, 2, 1).get(0);
        for (int i = 4 * MOST; i < 7 * MOST; i++) {
            again.request(0, i);
        }
        log.add(again.answers());
        assertThat(offsets(again.answers())).isEqualTo(range(6 * MOST, 7 * MOST));
        assertThat(offsets(log.all())).containsExactlyInAnyOrderElementsOf(range(0, 7 * MOST));
        assertThat(log.all()).allMatch(answer -> answer.getModelVersion() == 2);
    }

    private static OperatorSubtaskState snapshot(PredictionHarness harness) throws Exception {
        harness.getOperator().prepareSnapshotPreBarrier(2);
        return harness.snapshot(2, 0);
    }

    private List<PredictionHarness> rescaled(OperatorSubtaskState state, int from, int to)
            throws Exception {
        List<PredictionHarness> harnesses = new ArrayList<>();
        for (int subtask = 0; subtask < to; subtask++) {
            harnesses.add(
                    start(
                            to,
                            subtask,
                            AbstractStreamOperatorTestHarness.repartitionOperatorState(
                                    state, 128, from, to, subtask)));
        }
        return harnesses;
    }

    @Test
    void aServedVersionThatIsGoneGivesWayToOneThatIsThere() throws Exception {
        PredictionHarness first = start();
        first.publish(Versions.update(1));
        Path file = Files.createTempFile("weights", "");
        ModelUpdate elsewhere = Versions.update(2);
        Files.write(file, Objects.requireNonNull(elsewhere.getWeights()).array());
        elsewhere.setWeights(null);
        elsewhere.setWeightsUri(file.toUri().toString());
        first.publish(elsewhere);
        OperatorSubtaskState state = first.snapshot(1, 0);
        Files.delete(file);
        PredictionHarness restored = start(1, 0, state);
        while (restored.events().size() < 2) {
            restored.getTaskMailbox()
                    .take(org.apache.flink.streaming.runtime.tasks.mailbox.TaskMailbox.MIN_PRIORITY)
                    .run();
        }
        assertThat(restored.events())
                .extracting(ServingEvent::getKind)
                .containsExactly(ServingEventKind.REFUSED, ServingEventKind.SERVED);
        for (int i = 0; i < MOST; i++) {
            restored.request(0, i);
        }
        assertThat(restored.answers())
                .hasSize(MOST)
                .allMatch(answer -> answer.getModelVersion() == 1);
    }

    @Test
    void aRequestOfAnotherStudyHasItsAnswer() throws Exception {
        PredictionHarness harness = start();
        PredictionRequest foreign = Versions.request(1);
        foreign.setStudy("another");
        harness.request(0, 5, foreign);
        assertThat(harness.answers()).hasSize(1);
        assertThat(harness.answers().get(0).getStudy()).isEqualTo(Versions.STUDY);
        assertThat(harness.answers().get(0).getError()).contains("another");
    }
}
