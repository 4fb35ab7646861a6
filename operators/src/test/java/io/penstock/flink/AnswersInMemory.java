package io.penstock.flink;

import io.penstock.schemas.Prediction;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** A log of answers of one partition, as a broker would keep it: it outlives the job. */
final class AnswersInMemory implements AnswerLog.Factory {
    private static final long serialVersionUID = 1L;

    /** Of this JVM, since the factory is shipped to the operator. */
    private static final List<List<Prediction>> LOGS = new ArrayList<>();

    private final int number;

    AnswersInMemory() {
        synchronized (LOGS) {
            this.number = LOGS.size();
            LOGS.add(new ArrayList<>());
        }
    }

    private static List<Prediction> log(int number) {
        synchronized (LOGS) {
            return LOGS.get(number);
        }
    }

    void add(List<Prediction> answers) {
        log(number).addAll(answers);
    }

    List<Prediction> all() {
        return List.copyOf(log(number));
    }

    @Override
    public AnswerLog open() {
        List<Prediction> log = log(number);
        return new AnswerLog() {
            @Override
            public Map<Integer, Long> begin() {
                return Map.of();
            }

            @Override
            public Map<Integer, Long> ends() {
                return Map.of(0, (long) log.size());
            }

            @Override
            public void close() {}

            @Override
            public void read(Map<Integer, Long> from, Reader reader) {
                int first = Math.toIntExact(from.getOrDefault(0, 0L));
                log.subList(first, log.size())
                        .forEach(
                                answer ->
                                        reader.answered(
                                                answer.getRequestPartition(),
                                                answer.getRequestOffset()));
            }
        };
    }
}
