package io.penstock.report;

import com.fasterxml.jackson.annotation.JsonProperty;
import com.fasterxml.jackson.annotation.JsonUnwrapped;
import com.fasterxml.jackson.annotation.JsonValue;
import com.fasterxml.jackson.databind.annotation.JsonSerialize;
import com.fasterxml.jackson.databind.ser.std.ToStringSerializer;
import io.penstock.setting.Check;
import java.time.Instant;
import java.util.Collections;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * How a run went: the contents of {@code report.json}, whose keys are the names below, the four
 * groups of this record laid side by side. A value that is not known is null; so is one that is not
 * a finite number, for JSON has no other way to say it.
 *
 * @param setup what was asked for
 * @param data what came in
 * @param training what was made of it
 * @param course how it ended
 */
public record RunReport(
        @JsonUnwrapped Setup setup,
        @JsonUnwrapped Data data,
        @JsonUnwrapped Training training,
        @JsonUnwrapped Course course) {
    /** How a run ended. */
    public enum Outcome {
        /** The ensemble finished and the reservoir was drained. */
        FINISHED,
        /** Somebody stopped it. */
        INTERRUPTED,
        /** It could not go on. */
        FAILED;

        /** Its name in {@code report.json}. */
        @JsonValue
        public String text() {
            return name().toLowerCase(Locale.ROOT);
        }
    }

    /**
     * What was asked for.
     *
     * @param study name of the study
     * @param seed seed of the run
     * @param buffer the buffer of a shard
     * @param pace the pace, as the study file says it
     * @param shards number of shards
     */
    public record Setup(
            String study, long seed, @JsonUnwrapped Buffer buffer, String pace, int shards) {
        public Setup {
            Check.notBlank("study", study);
            Check.atLeast(1, "shards", shards);
        }
    }

    /**
     * The buffer of a shard.
     *
     * @param kind the preset, as the study file says it
     * @param capacity slots per shard
     * @param threshold samples above which drawing is allowed; null when the preset has none
     */
    public record Buffer(
            @JsonProperty("buffer") String kind, int capacity, @Nullable Integer threshold) {}

    /**
     * What came in.
     *
     * @param simulations simulations by outcome
     * @param samples samples by fate
     * @param rejections rejected samples by cause
     */
    public record Data(Simulations simulations, Samples samples, Map<String, Long> rejections) {
        public Data {
            rejections = Collections.unmodifiableMap(new TreeMap<>(rejections));
        }
    }

    /**
     * Simulations by outcome, those for validation included.
     *
     * @param requested simulations the study asks for
     * @param finished simulations that sent all their steps
     * @param failed simulations that were given up
     */
    public record Simulations(long requested, @Nullable Long finished, @Nullable Long failed) {}

    /**
     * Samples by fate.
     *
     * @param produced records read from solver-outputs
     * @param unique distinct samples among them, for training or for validation
     * @param validation how many of the unique ones are for validation
     * @param duplicates samples dropped because they had been received before
     * @param rejected records that are no sample of the study
     * @param trained samples drawn into training steps, repeats counted
     */
    public record Samples(
            @Nullable Long produced,
            @Nullable Long unique,
            @Nullable Long validation,
            @Nullable Long duplicates,
            @Nullable Long rejected,
            @Nullable Long trained) {}

    /**
     * What was made of it. {@link TrainingHistory#totals()} works it out.
     *
     * @param batches training steps done
     * @param drawsPerSample draws of the samples that have left the reservoir
     * @param validation errors of the last complete validation
     * @param throughput means over the training so far
     * @param checkpoints checkpoints of the last attempt of the job
     * @param sharding how several shards trained together; null, and its keys missing, with one
     */
    public record Training(
            @Nullable Long batches,
            DrawsPerSample drawsPerSample,
            Validation validation,
            Throughput throughput,
            Checkpoints checkpoints,
            @JsonUnwrapped @Nullable Sharding sharding) {}

    /** Draws of the samples that have left the reservoir; all null before the first has. */
    public record DrawsPerSample(@Nullable Double mean, @Nullable Long min, @Nullable Long max) {
        public DrawsPerSample {
            mean = finite(mean);
        }
    }

    /**
     * Errors of the last complete validation, over the validation samples of all shards; all null
     * before the first.
     *
     * @param mse mean squared error, in squared units of the field
     * @param rmse its square root, in units of the field
     * @param normalisedRmse the root mean squared error over the standard deviation of the
     *     validation fields
     */
    public record Validation(
            @Nullable Double mse, @Nullable Double rmse, @Nullable Double normalisedRmse) {
        public Validation {
            mse = finite(mse);
            rmse = finite(rmse);
            normalisedRmse = finite(normalisedRmse);
        }
    }

    /** Means over the training so far, per second, all shards together. */
    public record Throughput(
            @Nullable Double samplesPerSecond,
            @Nullable Double batchesPerSecond,
            @Nullable Double insertsPerSecond) {
        public Throughput {
            samplesPerSecond = finite(samplesPerSecond);
            batchesPerSecond = finite(batchesPerSecond);
            insertsPerSecond = finite(insertsPerSecond);
        }
    }

    /**
     * Checkpoints of the last attempt of the job.
     *
     * @param count how many were completed
     * @param lastBytes bytes the shards wrote into the last one
     * @param maxStallMillis longest time one kept a shard from training, milliseconds
     */
    public record Checkpoints(
            @Nullable Long count, @Nullable Long lastBytes, @Nullable Double maxStallMillis) {
        public Checkpoints {
            maxStallMillis = finite(maxStallMillis);
        }
    }

    /**
     * How it ended.
     *
     * @param outcome how it ended
     * @param failure why it failed; null when it did not
     * @param startedAt when it started
     * @param durationSeconds seconds from then to the end
     * @param weightsSha256 SHA-256 of the final weights in safetensors form, lower-case hex
     * @param version version of Penstock
     */
    public record Course(
            Outcome outcome,
            @Nullable String failure,
            @JsonSerialize(using = ToStringSerializer.class) Instant startedAt,
            @Nullable Double durationSeconds,
            @Nullable String weightsSha256,
            @Nullable String version) {
        public Course {
            durationSeconds = finite(durationSeconds);
        }
    }

    static @Nullable Double finite(@Nullable Double value) {
        return value != null && Double.isFinite(value) ? value : null;
    }
}
