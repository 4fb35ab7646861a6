package io.penstock.e2e;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.penstock.schemas.ModelUpdate;
import io.penstock.schemas.PredictionRequest;
import io.penstock.serving.ModelFolder;
import io.penstock.serving.ServedModel;
import io.penstock.serving.SurrogateClient;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The example of the README, and what the client does when versions come, good and bad. */
class SurrogateClientITCase {
    @TempDir Path folder;

    @Test
    void followsTheNewestGoodVersion() throws Exception {
        try (TestCluster cluster = new TestCluster(folder, 1, 1)) {
            String topic = cluster.topics.modelUpdates();
            assertThatThrownBy(
                            () ->
                                    SurrogateClient.follow(
                                            cluster.kafka.properties(), topic, ServedStudy.NAME))
                    .isInstanceOf(IOException.class)
                    .hasMessage(
                            "no version of the model of study \"rod\" has been published to topic"
                                    + " model-updates yet");
            ServedStudy.publish(cluster, ServedStudy.version(1));
            ServedStudy.publish(cluster, ServedStudy.version(2));
            try (SurrogateClient client =
                    SurrogateClient.follow(cluster.kafka.properties(), topic, ServedStudy.NAME)) {
                assertPredicts(client, 2);
                assertThat(client.refresh()).isFalse();
                ServedStudy.publish(cluster, ServedStudy.version(3));
                assertPredicts(client, 2);
                assertThat(client.refresh()).isTrue();
                assertPredicts(client, 3);
                ModelUpdate damaged = ServedStudy.version(4);
                damaged.setWeightsSha256("00");
                ServedStudy.publish(cluster, damaged);
                assertThatThrownBy(client::refresh)
                        .isInstanceOf(IOException.class)
                        .hasMessageStartingWith(
                                "version 4 of the model of study \"rod\" cannot be used: ");
                assertPredicts(client, 3);
                assertThat(client.refresh()).isFalse();
            }
            ServedStudy.publish(cluster, ServedStudy.version(5));
            AskSurrogate.main(new String[] {cluster.kafka.bootstrapServers()});
        }
    }

    @Test
    void loadsAModelFolder() throws Exception {
        ModelFolder.write(ServedStudy.version(7), folder.resolve("model"));
        try (SurrogateClient client = SurrogateClient.load(folder.resolve("model"));
                ServedModel model = ServedModel.load(ServedStudy.version(7))) {
            PredictionRequest request = ServedStudy.request(9);
            assertThat(client.predict(parameters(request), request.getTime()).get(0))
                    .isEqualTo(ServedStudy.expected(model, request));
            assertThat(client.version()).isEqualTo(-1);
            assertThat(client.refresh()).isFalse();
            assertThat(client.description().inputs()).hasSize(3);
        }
    }

    private static void assertPredicts(SurrogateClient client, long version) throws IOException {
        assertThat(client.version()).isEqualTo(version);
        try (ServedModel model = ServedModel.load(ServedStudy.version(version))) {
            PredictionRequest one = ServedStudy.request(3);
            PredictionRequest other = ServedStudy.request(5);
            List<List<float[]>> both =
                    client.predict(
                            List.of(parameters(one), parameters(other)),
                            new double[] {one.getTime(), other.getTime()});
            assertThat(both.get(0).get(0))
                    .containsExactly(ServedStudy.expected(model, one), within(1e-2f));
            assertThat(both.get(1).get(0))
                    .containsExactly(ServedStudy.expected(model, other), within(1e-2f));
        }
    }

    private static double[] parameters(PredictionRequest request) {
        return request.getParameters().stream().mapToDouble(Double::doubleValue).toArray();
    }

    @Test
    void theReadmeShowsExactlyThisExample() throws Exception {
        assertThat(Files.readString(Path.of("..", "README.md")))
                .contains(
                        Files.readString(
                                Path.of("src/test/java/io/penstock/e2e/AskSurrogate.java")));
    }
}
