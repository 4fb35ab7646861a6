package io.penstock.study;

import io.penstock.setting.Check;
import io.penstock.setting.InvalidSettingException;
import java.io.IOException;
import java.io.Reader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Properties;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Where the records flow.
 *
 * @param bootstrapServers {@code host:port} of one or more brokers, separated by commas; null for a
 *     broker inside the process
 * @param topicPrefix what stands before the name of each topic
 * @param partitions partitions of the topic of the samples
 * @param replication copies of each partition
 * @param maxRecordBytes largest record accepted
 * @param clientProperties file with further settings of all Kafka clients, such as security; null
 *     for none
 */
public record KafkaSettings(
        @Nullable String bootstrapServers,
        String topicPrefix,
        int partitions,
        short replication,
        int maxRecordBytes,
        @Nullable Path clientProperties) {
    private static final Pattern SERVERS =
            Pattern.compile("[^\\s,:]+:\\d{1,5}(,[^\\s,:]+:\\d{1,5})*|\\[[^\\s,]+\\]:\\d{1,5}");
    private static final Pattern PREFIX = Pattern.compile("[a-zA-Z0-9._-]{0,200}");

    public KafkaSettings {
        Check.that(
                bootstrapServers == null || SERVERS.matcher(bootstrapServers).matches(),
                "bootstrap-servers",
                String.valueOf(bootstrapServers),
                "HOST:PORT, several separated by commas");
        Check.that(
                PREFIX.matcher(topicPrefix).matches(),
                "topic-prefix",
                topicPrefix,
                "at most 200 of a-z, A-Z, 0-9, '.', '_' and '-'");
        Check.within(1, 1024, "partitions", partitions);
        Check.within(1, 16, "replication", replication);
        Check.within(1 << 10, 1 << 30, "max-record-bytes", maxRecordBytes);
    }

    /**
     * Settings of every Kafka client: those of the file, and the brokers.
     *
     * @throws InvalidSettingException if the file cannot be read
     */
    public Properties clientConfig() {
        Properties config = new Properties();
        if (clientProperties != null) {
            try (Reader reader = Files.newBufferedReader(clientProperties)) {
                config.load(reader);
            } catch (IOException | IllegalArgumentException e) {
                throw new InvalidSettingException(
                        "client-properties",
                        clientProperties + " (" + e + ")",
                        "the path of a readable Java properties file");
            }
        }
        if (bootstrapServers != null) {
            config.setProperty("bootstrap.servers", bootstrapServers);
        }
        return config;
    }

    /** The same with other brokers. */
    KafkaSettings withBootstrapServers(String servers) {
        return new KafkaSettings(
                servers, topicPrefix, partitions, replication, maxRecordBytes, clientProperties);
    }

    /** The same with a relative path of the client properties taken from a folder. */
    KafkaSettings relativeTo(Path folder) {
        return clientProperties == null
                ? this
                : new KafkaSettings(
                        bootstrapServers,
                        topicPrefix,
                        partitions,
                        replication,
                        maxRecordBytes,
                        folder.resolve(clientProperties));
    }
}
