package io.penstock.flink;

import io.penstock.schemas.InputOffset;
import io.penstock.schemas.ModelUpdate;
import io.penstock.schemas.ShardProgress;
import io.penstock.surrogate.ModelDescription;
import io.penstock.surrogate.Predictor;
import io.penstock.surrogate.Safetensors;
import io.penstock.surrogate.Surrogate.NamedWeight;
import io.penstock.surrogate.SurrogateSpec;
import io.penstock.training.StudySpec;
import io.penstock.training.TrainingShard;
import io.penstock.training.ValidationResult;
import java.io.BufferedOutputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.DigestOutputStream;
import java.security.MessageDigest;
import java.util.Arrays;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.apache.flink.core.fs.FileStatus;
import org.apache.flink.core.fs.FileSystem;
import org.apache.flink.core.fs.Path;

/**
 * Makes the {@link ModelUpdate} of a shard's weights. Weights under 1 MiB travel inside it; larger
 * ones are written, with their description, to a folder {@code MODELS/STUDY/VERSION} of which the
 * newest few are kept.
 */
final class ModelPublisher {
    private final StudySpec study;
    private final SurrogateSpec described;
    private final ModelOutput output;
    private final String topic;

    /**
     * @param topic topic that the samples come from
     */
    ModelPublisher(StudySpec study, ModelOutput output, String topic) {
        this.study = study;
        this.described = study.surrogate().withoutWeights();
        this.output = output;
        this.topic = topic;
    }

    /**
     * Publishes the weights that a shard has to publish now.
     *
     * @param last whether this version ends the run
     */
    ModelUpdate publish(TrainingShard shard, long version, boolean last, long timestampMillis)
            throws IOException {
        String description =
                ModelDescription.of(study.sample(), described, shard.normalizer()).toJson();
        ModelUpdate.Builder update =
                ModelUpdate.newBuilder()
                        .setStudy(study.sample().study())
                        .setVersion(version)
                        .setLast(last)
                        .setModel(description)
                        .setMetrics(metrics(shard))
                        .setInputOffsets(offsets(shard))
                        .setShardProgress(progress(shard))
                        .setTimestampMillis(timestampMillis);
        placeWeights(update, shard.publishedWeights(), description);
        return update.build();
    }

    private void placeWeights(
            ModelUpdate.Builder update, List<NamedWeight> weights, String description)
            throws IOException {
        long size = Safetensors.size(weights);
        MessageDigest sha256 = Safetensors.sha256();
        if (size < ModelOutput.INLINE_BYTES) {
            ByteArrayOutputStream bytes = new ByteArrayOutputStream((int) size);
            Safetensors.write(weights, new DigestOutputStream(bytes, sha256));
            update.setWeights(ByteBuffer.wrap(bytes.toByteArray()));
        } else {
            Path folder = new Path(studyFolder(), Long.toString(update.getVersion()));
            try (OutputStream out = create(new Path(folder, Predictor.WEIGHTS))) {
                Safetensors.write(weights, new DigestOutputStream(out, sha256));
            }
            try (OutputStream out = create(new Path(folder, Predictor.DESCRIPTION))) {
                out.write(description.getBytes(StandardCharsets.UTF_8));
            }
            update.setWeightsUri(new Path(folder, Predictor.WEIGHTS).toUri().toString());
        }
        update.setWeightsBytes(size).setWeightsSha256(HexFormat.of().formatHex(sha256.digest()));
    }

    /** SHA-256 of weights in safetensors form, lower-case hex. */
    static String weightsSha256(List<NamedWeight> weights) throws IOException {
        MessageDigest sha256 = Safetensors.sha256();
        Safetensors.write(weights, new DigestOutputStream(OutputStream.nullOutputStream(), sha256));
        return HexFormat.of().formatHex(sha256.digest());
    }

    private Path studyFolder() {
        return new Path(new Path(output.uri()), study.sample().study());
    }

    private static OutputStream create(Path path) throws IOException {
        return new BufferedOutputStream(
                path.getFileSystem().create(path, FileSystem.WriteMode.OVERWRITE), 1 << 20);
    }

    /** Deletes all but the newest few of the versions up to one that has become visible. */
    void deleteOldVersions(long visible) throws IOException {
        FileSystem files = studyFolder().getFileSystem();
        if (!files.exists(studyFolder())) {
            return;
        }
        FileStatus[] versions = files.listStatus(studyFolder());
        List<Path> oldest =
                Arrays.stream(versions)
                        .map(FileStatus::getPath)
                        .filter(path -> path.getName().matches("\\d{1,18}"))
                        .filter(path -> Long.parseLong(path.getName()) <= visible)
                        .sorted(Comparator.comparingLong(path -> Long.parseLong(path.getName())))
                        .toList();
        for (Path path : oldest.subList(0, Math.max(0, oldest.size() - output.keep()))) {
            files.delete(path, true);
        }
    }

    private static Map<String, Double> metrics(TrainingShard shard) {
        Map<String, Double> metrics = new HashMap<>();
        metrics.put("batches", (double) Arrays.stream(shard.publishedBatches()).sum());
        metrics.put("samplesTrained", (double) Arrays.stream(shard.publishedSamples()).sum());
        ValidationResult validation = shard.lastValidation();
        if (validation.isPresent()) {
            metrics.put("validationLoss", validation.loss());
            metrics.put("validationMse", validation.mse());
            metrics.put("validationNormalisedRmse", validation.normalisedRmse());
        }
        if (!Double.isNaN(shard.churn())) {
            metrics.put("churn", shard.churn());
        }
        return metrics;
    }

    private List<InputOffset> offsets(TrainingShard shard) {
        return shard.offsets().entrySet().stream()
                .map(entry -> new InputOffset(topic, entry.getKey(), entry.getValue()))
                .toList();
    }

    private static List<ShardProgress> progress(TrainingShard shard) {
        long[] batches = shard.publishedBatches();
        long[] samples = shard.publishedSamples();
        return IntStream.range(0, batches.length)
                .mapToObj(number -> new ShardProgress(number, batches[number], samples[number]))
                .toList();
    }
}
