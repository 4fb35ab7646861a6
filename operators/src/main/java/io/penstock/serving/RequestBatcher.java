package io.penstock.serving;

import io.penstock.sample.SingleObjectReader;
import io.penstock.schemas.Prediction;
import io.penstock.schemas.PredictionRequest;
import java.io.IOException;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.function.BiConsumer;
import org.jspecify.annotations.Nullable;

/**
 * Gathers requests into batches and has the served model answer them, every one once. Requests that
 * come before there is a model wait for it, up to a bound; what is beyond has a fault for an
 * answer, since it could only wait in memory.
 */
public final class RequestBatcher implements AutoCloseable {
    /** Requests that wait for a first model. */
    static final int MOST_WAITING = 10_000;

    /** Bytes of requests that wait for a first model. */
    static final long MOST_WAITING_BYTES = 64L << 20;

    private final Answers answers;
    private final int most;
    private final BiConsumer<Question, Prediction.Builder> out;
    private final SingleObjectReader<PredictionRequest> reader =
            new SingleObjectReader<>(PredictionRequest.class);
    private final Deque<Question> gathered = new ArrayDeque<>();
    private long gatheredBytes;
    private long batches;
    private long batched;
    private @Nullable ServedModel model;

    /**
     * @param study the study
     * @param most requests of a batch
     * @param out takes the questions with their answers, whose fields hold until it returns
     */
    public RequestBatcher(String study, int most, BiConsumer<Question, Prediction.Builder> out) {
        this.answers = new Answers(study);
        this.most = most;
        this.out = out;
    }

    /** Takes in a record of the topic; a batch that becomes full is answered. */
    public void accept(int partition, long offset, byte @Nullable [] value) {
        Question question = Question.read(reader, partition, offset, value);
        String fault = answers.fault(question);
        if (fault == null && model == null && !hasRoom(question)) {
            fault =
                    "no version of the model has been published yet, and %d requests of %d bytes"
                                    .formatted(gathered.size(), gatheredBytes)
                            + " wait for one; allowed: %d requests, %d bytes"
                                    .formatted(MOST_WAITING, MOST_WAITING_BYTES);
        }
        if (fault != null) {
            out.accept(question, answers.fault(question, fault));
            return;
        }
        gather(question);
        if (isFull()) {
            answer();
        }
    }

    private boolean hasRoom(Question question) {
        return gathered.size() < MOST_WAITING
                && gatheredBytes + question.bytes() <= MOST_WAITING_BYTES;
    }

    private void gather(Question question) {
        gathered.add(question);
        gatheredBytes += question.bytes();
    }

    private Question take() {
        Question question = gathered.remove();
        gatheredBytes -= question.bytes();
        return question;
    }

    /** Whether there is a model, and requests for it. */
    public boolean isDue() {
        return model != null && !gathered.isEmpty();
    }

    /** Whether there is a model, and a whole batch for it. */
    public boolean isFull() {
        return model != null && gathered.size() >= most;
    }

    /** Answers a batch of what is gathered, if there is a model. */
    public void answer() {
        ServedModel asked = model;
        if (asked == null || gathered.isEmpty()) {
            return;
        }
        List<Question> batch = new ArrayList<>();
        while (batch.size() < most && !gathered.isEmpty()) {
            batch.add(take());
        }
        batches++;
        batched += batch.size();
        answers.answer(asked, batch, out);
    }

    /** Requests that wait for a batch, or for a model. */
    public int waiting() {
        return gathered.size();
    }

    /** Batches answered. */
    public long batches() {
        return batches;
    }

    /** Requests answered in batches. */
    public long batched() {
        return batched;
    }

    /** Answers all that is gathered: no model can come any more for what waits for one. */
    public void end() {
        while (isDue()) {
            answer();
        }
        while (!gathered.isEmpty()) {
            Question question = take();
            out.accept(
                    question,
                    answers.fault(
                            question,
                            "the prediction job was ended before a version of the model was there"));
        }
    }

    /** The model that answers; null before there is one. */
    public @Nullable ServedModel model() {
        return model;
    }

    /**
     * Why a model cannot take the place of the one that answers; null when it can.
     *
     * @param next the model
     */
    public @Nullable String unlike(ServedModel next) {
        return model == null ? null : next.unlike(model.description());
    }

    /** From now on another model answers; the one before is closed. */
    public void swap(ServedModel next) {
        ServedModel before = model;
        model = next;
        if (before != null) {
            before.close();
        }
    }

    /** The requests that wait, each as bytes of a checkpoint. */
    public List<byte[]> write() {
        return gathered.stream().map(Question::write).toList();
    }

    /**
     * Takes in requests that waited.
     *
     * @param answered those of them that need no answer any more
     * @throws IOException when a state cannot be read
     */
    public void restore(Iterable<byte[]> waiting, AnsweredRequests answered) throws IOException {
        for (byte[] state : waiting) {
            Question question = Question.restore(reader, state);
            if (!answered.wasAnswered(question.partition(), question.offset())) {
                gather(question);
            }
        }
    }

    @Override
    public void close() {
        if (model != null) {
            model.close();
        }
    }
}
