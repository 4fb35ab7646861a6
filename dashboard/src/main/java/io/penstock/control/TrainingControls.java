package io.penstock.control;

import io.penstock.kafka.KafkaCluster;
import io.penstock.kafka.Topics;
import io.penstock.schemas.ControlKind;
import io.penstock.schemas.TrainingControl;
import io.penstock.setting.Check;
import java.io.IOException;
import java.util.Set;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * Sends what somebody wants of training runs to training-controls. May be used by several threads.
 */
public final class TrainingControls implements AutoCloseable {
    private static final Set<ControlKind> WISHES =
            Set.of(
                    ControlKind.PAUSE,
                    ControlKind.RESUME,
                    ControlKind.SET_LEARNING_RATE,
                    ControlKind.SAVEPOINT,
                    ControlKind.STOP);

    private final ControlProducer producer;
    private final String by;

    /**
     * @param kafka the brokers
     * @param topics the topics, which must exist
     * @param by who asks: a person, a page, a program
     */
    public TrainingControls(KafkaCluster kafka, Topics topics, String by) {
        this.producer = new ControlProducer(kafka, topics.trainingControls());
        this.by = by;
    }

    /**
     * Sends a control and waits until the brokers have it.
     *
     * @param kind PAUSE, RESUME, SET_LEARNING_RATE, SAVEPOINT or STOP
     * @param learningRate of SET_LEARNING_RATE: finite and above 0; else null
     * @return the control's id, which what comes of it carries
     * @throws io.penstock.setting.InvalidSettingException if they do not go together
     * @throws IOException if the brokers did not take it in time
     */
    public String send(String study, ControlKind kind, @Nullable Double learningRate)
            throws IOException {
        Check.notBlank("study", study);
        Check.that(
                WISHES.contains(kind),
                "kind",
                kind,
                "PAUSE, RESUME, SET_LEARNING_RATE, SAVEPOINT, STOP");
        if (kind == ControlKind.SET_LEARNING_RATE) {
            Check.above(0, "learningRate", learningRate == null ? Double.NaN : learningRate);
        } else {
            Check.that(
                    learningRate == null,
                    "learningRate",
                    String.valueOf(learningRate),
                    "none with " + kind);
        }
        String id = UUID.randomUUID().toString();
        producer.send(
                TrainingControl.newBuilder()
                        .setStudy(study)
                        .setControl(id)
                        .setKind(kind)
                        .setLearningRate(learningRate)
                        .setBy(by)
                        .setTimestampMillis(System.currentTimeMillis())
                        .build());
        return id;
    }

    @Override
    public void close() {
        producer.close();
    }
}
