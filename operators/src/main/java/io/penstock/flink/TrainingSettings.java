package io.penstock.flink;

import io.penstock.sample.SampleLog;
import io.penstock.training.ContributionLog;
import io.penstock.training.StudySpec;
import java.io.Serializable;

/**
 * What the training operator is made with.
 *
 * @param study the study
 * @param run name of this submission of the job, unlike that of any other
 * @param sampleTopic topic the samples come from
 * @param logs what the shards read besides their input
 * @param models where large model versions go
 */
public record TrainingSettings(
        StudySpec study, String run, String sampleTopic, Logs logs, ModelOutput models)
        implements Serializable {
    /**
     * What the shards read besides their input.
     *
     * @param samples the samples' topic, read by position at a restore
     * @param contributions the contributions' topic, read by position in a round
     * @param exchange how former shards' states come, when there was another number of them
     * @param shared the logs that all shards read
     */
    public record Logs(
            SampleLog.Factory samples,
            ContributionLog.Factory contributions,
            StateExchange exchange,
            SharedLogs shared)
            implements Serializable {}
}
