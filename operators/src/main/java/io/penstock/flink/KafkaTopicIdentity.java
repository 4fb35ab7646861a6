package io.penstock.flink;

import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Properties;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.apache.kafka.clients.CommonClientConfigs;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.AdminClientConfig;

/**
 * The id that Kafka gives a topic when it is made.
 *
 * @param client Kafka client settings with at least {@code bootstrap.servers}
 * @param topic the topic
 * @param patience longest wait for the brokers
 */
public record KafkaTopicIdentity(Properties client, String topic, Duration patience)
        implements TopicIdentity {
    @Override
    public String read() throws IOException, InterruptedException {
        Properties settings = new Properties();
        settings.putAll(client);
        settings.put(
                AdminClientConfig.DEFAULT_API_TIMEOUT_MS_CONFIG,
                Long.toString(patience.toMillis()));
        try (Admin admin = Admin.create(settings)) {
            return admin.describeTopics(List.of(topic))
                    .topicNameValues()
                    .values()
                    .iterator()
                    .next()
                    .get(patience.toMillis(), TimeUnit.MILLISECONDS)
                    .topicId()
                    .toString();
        } catch (ExecutionException e) {
            throw new IOException(failed(String.valueOf(e.getCause())), e);
        } catch (TimeoutException e) {
            throw new IOException(failed("no answer within " + patience.toSeconds() + " s"), e);
        }
    }

    private String failed(String why) {
        return "cannot describe topic %s: Kafka at \"%s\": %s"
                .formatted(topic, client.get(CommonClientConfigs.BOOTSTRAP_SERVERS_CONFIG), why);
    }
}
