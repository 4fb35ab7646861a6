package io.penstock.e2e.cluster;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.penstock.kafka.KafkaCluster;
import java.io.OutputStream;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.concurrent.ExecutionException;
import java.util.stream.Collectors;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.common.Uuid;
import org.apache.kafka.metadata.storage.Formatter;
import org.apache.kafka.server.common.MetadataVersion;
import org.jspecify.annotations.Nullable;

/** A Kafka broker in a JVM of its own: one node, broker and controller, started as Kafka's is. */
public final class KafkaProcess implements AutoCloseable {
    private static final Duration LIMIT = Duration.ofSeconds(60);
    private static final int MAX_RECORD_BYTES = 4 << 20;

    private final Path folder;
    private final Path properties;
    private final @Nullable BrokerSecurity security;
    private final int port = Ports.free();
    private JavaProcess process;

    /**
     * Starts it and waits until it serves clients.
     *
     * @param folder an empty folder for its log
     * @param logs folder for what it says
     * @param security how it is secured; null for not at all
     */
    public KafkaProcess(Path folder, Path logs, @Nullable BrokerSecurity security)
            throws Exception {
        this.folder = logs;
        this.security = security;
        this.properties = folder.resolve("server.properties");
        Path data = Files.createDirectories(folder.resolve("data"));
        Files.writeString(properties, lines(settings(data)), UTF_8);
        Formatter formatter = new Formatter();
        if (security != null) {
            formatter.setScramArguments(security.scramArguments());
        }
        formatter
                .setClusterId(Uuid.randomUuid().toString())
                .setNodeId(1)
                .setControllerListenerName("CONTROLLER")
                .setMetadataLogDirectory(data.toString())
                .setDirectories(List.of(data.toString()))
                .setReleaseVersion(MetadataVersion.latestProduction())
                .setPrintStream(new PrintStream(OutputStream.nullOutputStream(), false, UTF_8))
                .run();
        process = launch();
        awaitReady();
    }

    /** Those of the compose file, but for where it listens and writes. */
    private Map<String, String> settings(Path data) throws Exception {
        String host = Ports.HOST;
        int controller = Ports.free();
        Map<String, String> settings = ComposeFile.read().kafkaSettings();
        settings.remove("advertised.listeners");
        settings.remove("inter.broker.listener.name");
        settings.remove("listener.security.protocol.map");
        settings.put("controller.quorum.voters", "1@" + host + ":" + controller);
        settings.put(
                "listeners",
                "%s://%s:%d,CONTROLLER://%s:%d"
                        .formatted(
                                security == null ? "PLAINTEXT" : BrokerSecurity.PROTOCOL,
                                host,
                                port,
                                host,
                                controller));
        settings.put("log.dirs", data.toString());
        if (security != null) {
            settings.putAll(security.brokerSettings());
        }
        return settings;
    }

    private static String lines(Map<String, String> settings) {
        return settings.entrySet().stream()
                .map(setting -> setting.getKey() + "=" + setting.getValue() + "\n")
                .collect(Collectors.joining());
    }

    private JavaProcess launch() throws Exception {
        return JavaProcess.start(
                "the broker",
                folder.resolve("kafka.log"),
                List.of("-Xmx512m", "-Dlog4j2.configurationFile=" + ProcessLogging.in(folder)),
                System.getProperty("java.class.path", "."),
                "kafka.Kafka",
                List.of(properties.toString()));
    }

    private void awaitReady() throws Exception {
        Properties client = cluster().properties();
        client.setProperty("request.timeout.ms", "2000");
        client.setProperty("default.api.timeout.ms", "2000");
        Await.until(
                "answer of the broker",
                LIMIT,
                () -> {
                    process.requireAlive();
                    try (Admin admin = Admin.create(client)) {
                        return !admin.describeCluster().nodes().get().isEmpty();
                    } catch (ExecutionException e) {
                        return false; // It is not there yet.
                    }
                });
    }

    /** How clients that may do everything reach it. */
    public KafkaCluster cluster() {
        return new KafkaCluster(
                bootstrapServers(),
                MAX_RECORD_BYTES,
                security == null ? new Properties() : security.administrator());
    }

    /** Host and port for clients. */
    public String bootstrapServers() {
        return Ports.HOST + ":" + port;
    }

    /** Ends it as a power cut would. */
    public void kill() {
        process.close();
    }

    /** Starts it again where it ended, and waits until it serves clients. */
    public void restart() throws Exception {
        process = launch();
        awaitReady();
    }

    /** Lets it not answer. */
    public void freeze() throws Exception {
        process.freeze();
    }

    /** Lets it answer again. */
    public void thaw() throws Exception {
        process.thaw();
    }

    @Override
    public void close() {
        process.close();
    }
}
