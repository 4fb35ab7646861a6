package io.penstock.e2e;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.penstock.EnsembleJob;
import io.penstock.PredictionJob;
import io.penstock.TrainingJob;
import io.penstock.broker.EmbeddedKafka;
import io.penstock.broker.EmbeddedKafkaSettings;
import io.penstock.e2e.cluster.Await;
import io.penstock.e2e.cluster.FlinkProcesses;
import io.penstock.e2e.cluster.FlinkRest;
import io.penstock.e2e.cluster.Records;
import io.penstock.kafka.KafkaCluster;
import io.penstock.kafka.Topics;
import io.penstock.schemas.ModelUpdate;
import io.penstock.schemas.Phase;
import io.penstock.schemas.Prediction;
import io.penstock.schemas.PredictionRequest;
import io.penstock.schemas.TrainingReport;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import org.apache.flink.util.FileUtils;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The job jar on a Flink cluster of several processes, whose logs stay in {@link #LOGS}. */
class JobJarITCase {
    private static final Path LOGS = Path.of("target", "job-jar").toAbsolutePath();
    private static final int SIMULATIONS = 12;
    private static final int STEPS = 10;
    private static final String STUDY =
            """
            study: plate
            seed: 5
            ensemble:
              solver: {kind: heat2d, grid: [12, 12]}
              simulations: 10
              concurrency: 1
            steps: 10
            time-step: 0.01
            parameters:
              - {name: initial, min: 100, max: 500}
              - {name: west, min: 100, max: 500}
              - {name: east, min: 100, max: 500}
              - {name: south, min: 100, max: 500}
              - {name: north, min: 100, max: 500}
            fields:
              - {name: temperature, shape: [12, 12], min: 100, max: 500}
            kafka: {topic-prefix: %s, partitions: 1}
            reservoir: {kind: reservoir, capacity: 40, threshold: 10}
            surrogate: {architecture: mlp, hidden: [%d, %d]}
            training: {batch: 8, pace: {samples-per-insert: 4}, report-interval: 200ms}
            validation: {simulations: 2, every-batches: 20}
            checkpoints: {interval: 500ms}
            """;

    @TempDir private Path folder;
    private EmbeddedKafka broker;
    private FlinkProcesses flink;
    private FlinkRest rest;
    private String jar;

    @BeforeEach
    void startCluster() throws Exception {
        broker =
                EmbeddedKafka.start(
                        new EmbeddedKafkaSettings(folder.resolve("kafka"), 0, 4 << 20, false));
        FileUtils.deleteDirectory(LOGS.toFile());
        flink =
                FlinkProcesses.start(
                        Files.createDirectories(LOGS),
                        Map.of(
                                "classloader.parent-first-patterns.additional",
                                "ai.djl.;com.sun.jna.",
                                "taskmanager.numberOfTaskSlots",
                                "2",
                                "taskmanager.memory.process.size",
                                "1200m",
                                "taskmanager.memory.managed.size",
                                "0m",
                                "taskmanager.memory.task.off-heap.size",
                                "256m",
                                "execution.checkpointing.dir",
                                folder.resolve("checkpoints").toUri().toString()));
        rest = new FlinkRest(flink);
        rest.awaitSlots(2);
        jar = rest.upload(Path.of(System.getProperty("penstock.job.jar")));
    }

    @AfterEach
    void stopCluster() throws Exception {
        if (flink != null) {
            flink.close();
        }
        if (broker != null) {
            broker.close();
        }
    }

    @Test
    void trainsTwiceInOneTaskManagerToTheSameWeights() throws Exception {
        List<String> taskManagers = rest.taskManagers();
        TrainingReport first = train("first.");
        TrainingReport second = train("second.");
        assertThat(first.getPhase()).isEqualTo(Phase.FINISHED);
        assertThat(first.getInserts()).isEqualTo((SIMULATIONS - 2L) * STEPS);
        assertThat(first.getValidationSamples()).isEqualTo(2L * STEPS);
        assertThat(second.getWeightsSha256()).isNotNull().isEqualTo(first.getWeightsSha256());
        assertThat(rest.taskManagers()).hasSize(1).isEqualTo(taskManagers);
    }

    @Test
    void servesWhatWasTrained() throws Exception {
        train("served.");
        Topics topics = new Topics("served.");
        PredictionRequest request =
                PredictionRequest.newBuilder()
                        .setId("one")
                        .setStudy("plate")
                        .setParameters(List.of(300.0, 100.0, 500.0, 200.0, 400.0))
                        .setTime(0.05)
                        .setTimestampMillis(0)
                        .build();
        KafkaCluster kafka = new KafkaCluster(broker.bootstrapServers(), 4 << 20, new Properties());
        try (KafkaProducer<byte[], byte[]> producer =
                new KafkaProducer<>(
                        kafka.producer(), new ByteArraySerializer(), new ByteArraySerializer())) {
            byte[] value = PredictionRequest.getEncoder().encode(request).array();
            producer.send(new ProducerRecord<>(topics.predictionRequests(), value)).get();
        }
        String serving =
                rest.run(
                        jar,
                        PredictionJob.class,
                        List.of(
                                "plate",
                                "--kafka",
                                broker.bootstrapServers(),
                                "--topic-prefix",
                                "served."));
        Await.until("answer", Duration.ofSeconds(60), () -> !read(topics.predictions()).isEmpty());
        Prediction answer = Prediction.getDecoder().decode(last(topics.predictions()));
        assertThat(answer.getError()).isNull();
        assertThat(answer.getModelVersion())
                .isEqualTo(
                        ModelUpdate.getDecoder().decode(last(topics.modelUpdates())).getVersion());
        assertThat(answer.getFields().get(0).getShape()).containsExactly(12, 12);
        cancel(serving);
    }

    private TrainingReport train(String prefix) throws Exception {
        Topics topics = new Topics(prefix);
        Path study = study(prefix, 32);
        String ensemble = submit(EnsembleJob.class, study);
        String training = submit(TrainingJob.class, study);
        String end = rest.awaitEnd(training);
        assertThat(end).as(() -> exceptions(training)).isEqualTo("FINISHED");
        cancel(ensemble);

        cancel(submit(EnsembleJob.class, study));
        assertThat(read(topics.simulationRequests()))
                .as("submitted again, it asks for nothing twice")
                .hasSize(SIMULATIONS);

        TrainingReport report = TrainingReport.getDecoder().decode(last(topics.trainingReports()));
        ModelUpdate model = ModelUpdate.getDecoder().decode(last(topics.modelUpdates()));
        assertThat(model.getLast()).isTrue();
        assertThat(model.getWeightsSha256()).isEqualTo(report.getWeightsSha256());
        return report;
    }

    @Test
    void refusesWhatCannotWorkOnAClusterAndSaysWhy() throws Exception {
        Path small = study("refused.", 32);
        assertThatThrownBy(() -> rest.run(jar, TrainingJob.class, List.of(small.toString())))
                .isInstanceOf(FlinkRest.RefusedException.class)
                .hasMessageContaining("kafka.bootstrap-servers is missing");
        assertThatThrownBy(() -> submit(TrainingJob.class, study("refused.", 1000)))
                .isInstanceOf(FlinkRest.RefusedException.class)
                .hasMessageContaining("output.models is missing");
        assertThatThrownBy(() -> submit(TrainingJob.class, folder.resolve("none.yaml")))
                .isInstanceOf(FlinkRest.RefusedException.class)
                .hasMessageContaining("none.yaml: no such file");
    }

    private Path study(String prefix, int units) throws IOException {
        Path file = folder.resolve(prefix + units + ".yaml");
        return Files.writeString(file, STUDY.formatted(prefix, units, units));
    }

    private String submit(Class<?> entry, Path study) throws Exception {
        return rest.run(
                jar, entry, List.of(study.toString(), "--kafka", broker.bootstrapServers()));
    }

    private void cancel(String job) throws Exception {
        rest.cancel(job);
        assertThat(rest.awaitEnd(job)).isEqualTo("CANCELED");
    }

    private String exceptions(String job) {
        try {
            return rest.exceptions(job);
        } catch (Exception e) {
            return "no exceptions to be had: " + e;
        }
    }

    private byte[] last(String topic) {
        var records = read(topic);
        return records.get(records.size() - 1).value();
    }

    private List<ConsumerRecord<byte[], byte[]>> read(String topic) {
        return Records.read(
                new KafkaCluster(broker.bootstrapServers(), 4 << 20, new Properties()), topic);
    }
}
