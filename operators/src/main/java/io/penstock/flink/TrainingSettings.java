package io.penstock.flink;

import io.penstock.sample.SampleLog;
import io.penstock.training.StudySpec;
import java.io.Serializable;

/**
 * What the training operator is made with.
 *
 * @param study the study
 * @param sampleTopic topic the samples come from
 * @param log the same topic, read by position at a restore
 * @param models where large model versions go
 */
public record TrainingSettings(
        StudySpec study, String sampleTopic, SampleLog.Factory log, ModelOutput models)
        implements Serializable {}
