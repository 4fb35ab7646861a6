package io.penstock.serving;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.penstock.schemas.DType;
import io.penstock.schemas.ModelUpdate;
import io.penstock.schemas.Prediction;
import io.penstock.schemas.PredictionRequest;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class RequestBatcherTest {
    private static final int MOST = 4;

    private final List<Prediction> answers = new ArrayList<>();
    private final RequestBatcher batcher = batcher();

    private RequestBatcher batcher() {
        return new RequestBatcher(
                Versions.STUDY,
                MOST,
                (question, answer) -> answers.add(sent(answer.setTimestampMillis(0).build())));
    }

    /** As it was when it was taken: the values of its fields are kept for no longer. */
    private static Prediction sent(Prediction answer) {
        try {
            return Prediction.getDecoder().decode(ServingRecords.encode(answer));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @AfterEach
    void close() {
        batcher.close();
    }

    private void serve(ModelUpdate update) throws IOException {
        batcher.swap(ServedModel.load(update));
    }

    private void ask(long number) {
        batcher.accept(3, number, Versions.encode(Versions.request(number)));
    }

    private String fault(PredictionRequest request) {
        return fault(Versions.encode(request));
    }

    private String fault(byte[] value) {
        answers.clear();
        batcher.accept(3, 77, value);
        batcher.answer();
        assertThat(answers).hasSize(1);
        Prediction answer = answers.get(0);
        assertThat(answer.getModelVersion()).isEqualTo(-1);
        assertThat(answer.getFields()).isEmpty();
        assertThat(answer.getRequestPartition()).isEqualTo(3);
        assertThat(answer.getRequestOffset()).isEqualTo(77);
        return answer.getError();
    }

    @Test
    void anIdThatIsTooLongToBeRepeatedIsAFaultWhoseAnswerIsSmall() throws IOException {
        serve(Versions.update(1));
        PredictionRequest request = Versions.request(1);
        request.setId("x".repeat(1 << 20));
        assertThat(fault(request))
                .isEqualTo(
                        "the id has 1048576 characters; allowed: 1024 or fewer, and only those are"
                                + " repeated");
        assertThat(answers.get(0).getId()).isEqualTo("x".repeat(1024));
        request.setId("y".repeat(1024));
        batcher.accept(3, 78, Versions.encode(request));
        batcher.answer();
        assertThat(answers.get(1).getError()).isNull();
        assertThat(answers.get(1).getId()).isEqualTo(request.getId());
    }

    @Test
    void answersWhenABatchIsFullAndWhenTold() throws IOException {
        serve(Versions.update(1));
        for (int i = 0; i < MOST - 1; i++) {
            ask(i);
        }
        assertThat(answers).isEmpty();
        ask(MOST - 1);
        assertThat(answers).hasSize(MOST);
        ask(MOST);
        assertThat(batcher.isDue()).isTrue();
        batcher.answer();
        assertThat(answers)
                .extracting(Prediction::getRequestOffset)
                .containsExactly(0L, 1L, 2L, 3L, 4L);
        assertThat(batcher.isDue()).isFalse();
    }

    @Test
    void anAnswerIsWhatTheVersionItNamesPredicts() throws IOException {
        serve(Versions.update(1));
        for (int i = 0; i < MOST; i++) {
            ask(i);
        }
        serve(Versions.update(2));
        ask(MOST);
        batcher.answer();
        for (Prediction answer : answers) {
            long version = answer.getRequestOffset() < MOST ? 1 : 2;
            assertThat(answer.getModelVersion()).isEqualTo(version);
            assertThat(answer.getError()).isNull();
            assertThat(answer.getId()).isEqualTo("request-" + answer.getRequestOffset());
            assertThat(answer.getStudy()).isEqualTo(Versions.STUDY);
            assertThat(answer.getFields().get(0).getName()).isEqualTo("temperature");
            assertThat(answer.getFields().get(0).getDtype()).isEqualTo(DType.FLOAT32);
            assertThat(Versions.values(answer.getFields().get(0)))
                    .containsExactly(
                            Versions.expected(
                                    Versions.update(version),
                                    Versions.request(answer.getRequestOffset())),
                            within(1e-3f));
        }
    }

    @Test
    void goesOnFromFieldsThatAreGiven() throws IOException {
        ModelUpdate update = Versions.autoRegressive(1, 2);
        serve(update);
        for (int i = 0; i < MOST; i++) {
            batcher.accept(0, i, Versions.encode(Versions.request(i, 2)));
        }
        assertThat(answers).hasSize(MOST);
        try (ServedModel alone = ServedModel.load(update)) {
            for (Prediction answer : answers) {
                PredictionRequest request = Versions.request(answer.getRequestOffset(), 2);
                List<List<float[]>> expected =
                        alone.predictor()
                                .goOn(
                                        new double[] {
                                            request.getParameters().get(0),
                                            request.getParameters().get(1),
                                            request.getTime()
                                        },
                                        request.getFields().stream()
                                                .map(field -> List.of(Versions.values(field)))
                                                .toList());
                assertThat(answer.getFields()).hasSize(2);
                for (int step = 0; step < 2; step++) {
                    assertThat(Versions.values(answer.getFields().get(step)))
                            .containsExactly(expected.get(step).get(0), within(1e-3f));
                }
            }
        }
        assertThat(fault(Versions.request(1)))
                .isEqualTo("0 fields given; the model takes 2: 1 of each of 2 steps");
    }

    @Test
    void everyBadRequestIsAnsweredWithItsFault() throws IOException {
        serve(Versions.update(1));
        PredictionRequest few = Versions.request(1);
        few.setParameters(List.of(1.0));
        assertThat(fault(few)).isEqualTo("1 parameters given; the model takes 2: [west, east]");
        PredictionRequest notFinite = Versions.request(1);
        notFinite.setParameters(List.of(1.0, Double.NaN));
        assertThat(fault(notFinite)).isEqualTo("east is NaN; allowed: a finite 32-bit number");
        PredictionRequest huge = Versions.request(1);
        huge.setTime(1e300);
        assertThat(fault(huge)).startsWith("time is 1.0E300");
        PredictionRequest foreign = Versions.request(1);
        foreign.setStudy("an\nother");
        assertThat(fault(foreign))
                .isEqualTo("study \"an other\" is not served here; allowed: \"rod\"");
        assertThat(fault(Versions.request(1, 1)))
                .isEqualTo("1 fields given; the model takes 0: 1 of each of 0 steps");
        assertThat(fault(new byte[] {1, 2})).startsWith("record begins with 01 02; allowed: ");
        assertThat(fault(Versions.encode(Versions.update(1)))).contains("PredictionRequest");
        byte[] cut = Versions.encode(Versions.request(1));
        assertThat(fault(java.util.Arrays.copyOf(cut, cut.length - 3)))
                .startsWith("not a PredictionRequest: ");
        batcher.accept(3, 78, null);
        assertThat(answers.get(1).getError()).startsWith("record has no value");
    }

    @Test
    void faultsInFieldsAreSaid() throws IOException {
        serve(Versions.autoRegressive(1, 1));
        PredictionRequest name = Versions.request(1, 1);
        name.getFields().get(0).setName("pressure");
        assertThat(fault(name)).startsWith("field pressure[6] of 24 bytes given; allowed: temp");
        PredictionRequest shape = Versions.request(1, 1);
        shape.getFields().get(0).setShape(List.of(2, 3));
        assertThat(fault(shape)).startsWith("field temperature[2, 3] of 24 bytes given");
        PredictionRequest length = Versions.request(1, 1);
        length.getFields().get(0).setData(ByteBuffer.allocate(20));
        assertThat(fault(length)).contains("of 20 bytes given");
        PredictionRequest notFinite = Versions.request(1, 1);
        notFinite.getFields().get(0).getData().putInt(8, -1);
        assertThat(fault(notFinite))
                .isEqualTo("field temperature is NaN in cell 2; allowed: finite numbers");
    }

    @Test
    void aBadRequestInABatchTakesNothingFromTheOthers() throws IOException {
        serve(Versions.update(1));
        ask(0);
        PredictionRequest bad = Versions.request(1);
        bad.setParameters(List.of());
        batcher.accept(3, 1, Versions.encode(bad));
        ask(2);
        batcher.answer();
        assertThat(answers).extracting(Prediction::getModelVersion).containsExactly(1L, -1L, 1L);
        assertThat(Versions.values(answers.get(2).getFields().get(0)))
                .containsExactly(
                        Versions.expected(Versions.update(1), Versions.request(2)), within(1e-3f));
    }

    @Test
    void whatComesBeforeAModelWaitsForIt() throws IOException {
        for (int i = 0; i < 2 * MOST; i++) {
            ask(i);
        }
        assertThat(answers).isEmpty();
        serve(Versions.update(1));
        batcher.answer();
        batcher.answer();
        assertThat(answers).hasSize(2 * MOST).allMatch(answer -> answer.getModelVersion() == 1);
    }

    @Test
    void noMoreWaitThanThereIsRoomFor() throws IOException {
        for (int i = 0; i < RequestBatcher.MOST_WAITING + 2; i++) {
            ask(i);
        }
        assertThat(answers)
                .extracting(Prediction::getRequestOffset)
                .containsExactly(10_000L, 10_001L);
        assertThat(answers.get(0).getError())
                .startsWith("no version of the model has been published yet, and 10000 requests");
    }

    @Test
    void whatWaitsOutlivesARestoreUnlessItWasAnswered() throws IOException {
        ask(0);
        ask(1);
        ask(2);
        AnsweredRequests answered = new AnsweredRequests(Map.of());
        answered.add(3, 1);
        RequestBatcher restored = batcher();
        restored.restore(batcher.write(), answered);
        restored.swap(ServedModel.load(Versions.update(1)));
        restored.answer();
        assertThat(answers).extracting(Prediction::getRequestOffset).containsExactly(0L, 2L);
        restored.close();
    }

    @Test
    void whatStillWaitsAtTheEndHasAnAnswer() {
        ask(0);
        ask(1);
        assertThat(answers).isEmpty();
        batcher.end();
        assertThat(answers).extracting(Prediction::getRequestOffset).containsExactly(0L, 1L);
        assertThat(answers)
                .extracting(Prediction::getError)
                .containsOnly(
                        "the prediction job was ended before a version of the model was there");
        assertThat(batcher.write()).isEmpty();
    }
}
