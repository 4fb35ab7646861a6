package io.penstock.flink;

import io.penstock.serving.BatchBounds;
import io.penstock.serving.PromotionGate;
import io.penstock.setting.Check;
import java.io.Serializable;

/**
 * What the prediction operator is made with.
 *
 * @param study name of the study
 * @param bounds when requests are answered together
 * @param gate what a version has to pass
 * @param eventsTopic the topic of the second input that says what somebody wants; what comes from
 *     any other is a version
 * @param answers the log of the answers
 */
public record PredictionSettings(
        String study,
        BatchBounds bounds,
        PromotionGate gate,
        String eventsTopic,
        AnswerLog.Factory answers)
        implements Serializable {
    public PredictionSettings {
        Check.notBlank("study", study);
        Check.notBlank("events-topic", eventsTopic);
    }
}
