package io.penstock.dashboard.series;

import io.penstock.schemas.TrainingReport;
import java.util.function.ToDoubleFunction;
import org.jspecify.annotations.Nullable;

/** What of a training report is kept over time. A value that is not known is NaN. */
public enum Column {
    TIME("time", "timestampMillis", TrainingReport::getTimestampMillis),
    BATCHES("batches", "batches", TrainingReport::getBatches),
    SAMPLES_TRAINED("samplesTrained", "samplesTrained", TrainingReport::getSamplesTrained),
    INSERTS("inserts", "inserts", TrainingReport::getInserts),
    LOSS("loss", "loss", report -> known(report.getLoss())),
    FRESH_LOSS("freshLoss", "freshLoss", report -> known(report.getFreshLoss())),
    VALIDATION_LOSS(
            "validationLoss", "validationLoss", report -> known(report.getValidationLoss())),
    LEARNING_RATE("learningRate", "learningRate", TrainingReport::getLearningRate),
    SAMPLES_PER_SECOND("samplesPerSecond", "samplesPerSecond", TrainingReport::getSamplesPerSecond),
    INSERTS_PER_SECOND("insertsPerSecond", "insertsPerSecond", TrainingReport::getInsertsPerSecond),
    STEP_MILLIS("stepMillis", "stepMillis", report -> known(report.getStepMillis())),
    RESERVOIR_SEEN("reservoirSeen", "reservoirSeen", TrainingReport::getReservoirSeen),
    RESERVOIR_UNSEEN("reservoirUnseen", "reservoirUnseen", TrainingReport::getReservoirUnseen),
    RESERVOIR_CAPACITY(
            "reservoirCapacity", "reservoirCapacity", TrainingReport::getReservoirCapacity),
    SAMPLE_AGE("sampleAge", "sampleAgeInserts", report -> known(report.getSampleAge())),
    CHECKPOINT_BYTES(
            "checkpointBytes", "lastCheckpointBytes", TrainingReport::getLastCheckpointBytes),
    STALL_MILLIS("stallMillis", "lastStallMillis", report -> known(report.getLastStallMillis())),
    LAG("lag", "", report -> Double.NaN),
    GRADIENT_NORM("gradientNorm", "gradientNorm", report -> known(report.getGradientNorm()));

    private final String key;
    private final String csvName;
    private final ToDoubleFunction<TrainingReport> value;

    Column(String key, String csvName, ToDoubleFunction<TrainingReport> value) {
        this.key = key;
        this.csvName = csvName;
        this.value = value;
    }

    /** Its name in the JSON of the API. */
    public String key() {
        return key;
    }

    /** Its name in {@code training.csv}; empty when it is not there. */
    public String csvName() {
        return csvName;
    }

    /** A report as a row, by {@link #ordinal}. What it does not say is NaN. */
    public static double[] row(TrainingReport report) {
        double[] row = new double[values().length];
        for (Column column : values()) {
            row[column.ordinal()] = column.value.applyAsDouble(report);
        }
        return row;
    }

    private static double known(@Nullable Double value) {
        return value == null ? Double.NaN : value;
    }
}
