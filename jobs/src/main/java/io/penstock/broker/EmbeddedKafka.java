package io.penstock.broker;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.io.OutputStream;
import java.io.PrintStream;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.stream.Stream;
import kafka.server.BrokerServer;
import kafka.server.ControllerServer;
import kafka.server.KafkaConfig;
import kafka.server.KafkaRaftServer;
import kafka.server.Server;
import kafka.server.SharedServer;
import org.apache.kafka.common.Uuid;
import org.apache.kafka.common.utils.Time;
import org.apache.kafka.metadata.bootstrap.BootstrapMetadata;
import org.apache.kafka.metadata.properties.MetaPropertiesEnsemble;
import org.apache.kafka.metadata.storage.Formatter;
import org.apache.kafka.server.common.MetadataVersion;
import org.apache.kafka.server.fault.LoggingFaultHandler;
import org.apache.kafka.server.util.FileLock;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import scala.Tuple2;

/**
 * A Kafka broker inside this process: one node that is broker and KRaft controller, on 127.0.0.1.
 *
 * <p>For an embedded run and for tests; its topics have one replica. It may be started again on the
 * folder and the port of one that was closed, and then has its topics and offsets. Faults of the
 * broker are logged and do not end the process.
 */
public final class EmbeddedKafka implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(EmbeddedKafka.class);
    private static final String LOCK_FILE = ".lock"; // The broker's own name for it.
    private static final Duration SHUTDOWN_LIMIT = Duration.ofSeconds(20);

    private final EmbeddedKafkaSettings settings;
    private final int port;
    private final BoundListeners listeners;
    private final ControllerServer controller;
    private final BrokerServer broker;
    private boolean closed;

    private EmbeddedKafka(
            EmbeddedKafkaSettings settings,
            int port,
            BoundListeners listeners,
            ControllerServer controller,
            BrokerServer broker) {
        this.settings = settings;
        this.port = port;
        this.listeners = listeners;
        this.controller = controller;
        this.broker = broker;
    }

    /**
     * Starts a broker and returns once it serves clients.
     *
     * @throws IOException when the port is taken, the folder cannot be used, or it fails to start
     */
    public static EmbeddedKafka start(EmbeddedKafkaSettings settings) throws IOException {
        BoundListeners listeners = new BoundListeners();
        try {
            int controllerPort = listeners.bind(EmbeddedKafkaConfig.CONTROLLER, 0);
            int port = listeners.bind(EmbeddedKafkaConfig.BROKER, settings.port());
            EmbeddedKafka kafka =
                    assemble(
                            settings,
                            port,
                            listeners,
                            new InetSocketAddress(BoundListeners.loopback(), controllerPort));
            kafka.startServers();
            return kafka;
        } catch (IOException e) {
            listeners.close();
            throw e;
        } catch (Exception e) {
            listeners.close();
            throw new IOException(
                    "cannot start the embedded Kafka broker in "
                            + settings.folder()
                            + ": "
                            + e.getMessage(),
                    e);
        }
    }

    private static EmbeddedKafka assemble(
            EmbeddedKafkaSettings settings,
            int port,
            BoundListeners listeners,
            InetSocketAddress controllerAddress)
            throws Exception {
        Files.createDirectories(settings.folder());
        requireUnused(settings.folder());
        format(settings.folder());
        KafkaConfig config =
                new KafkaConfig(
                        EmbeddedKafkaConfig.of(settings, port, controllerAddress.getPort()), false);
        Tuple2<MetaPropertiesEnsemble, BootstrapMetadata> folder =
                KafkaRaftServer.initializeLogDirs(config, LOG, "[embedded broker] ");
        SharedServer shared =
                new SharedServer(
                        config,
                        folder._1(),
                        Time.SYSTEM,
                        Server.initializeMetrics(
                                config, Time.SYSTEM, folder._1().clusterId().orElseThrow()),
                        CompletableFuture.completedFuture(
                                Map.of(EmbeddedKafkaConfig.NODE_ID, controllerAddress)),
                        List.of(),
                        (name, fatal, action) -> new LoggingFaultHandler(name, action),
                        listeners);
        return new EmbeddedKafka(
                settings,
                port,
                listeners,
                new ControllerServer(shared, KafkaRaftServer.configSchema(), folder._2()),
                new BrokerServer(shared));
    }

    /**
     * The broker locks its folder too, but only after its controller has begun to write there; two
     * controllers on one log would spoil it.
     */
    private static void requireUnused(Path folder) throws IOException {
        FileLock lock = new FileLock(folder.resolve(LOCK_FILE).toFile());
        try {
            if (!lock.tryLock()) {
                throw new IOException(
                        "cannot start the embedded Kafka broker: folder "
                                + folder
                                + " is used by another broker");
            }
            lock.unlock();
        } finally {
            lock.destroy();
        }
    }

    private static void format(Path folder) throws Exception {
        if (Files.exists(folder.resolve(MetaPropertiesEnsemble.META_PROPERTIES_NAME))) {
            return; // A second start keeps what the first one wrote.
        }
        new Formatter()
                .setClusterId(Uuid.randomUuid().toString())
                .setNodeId(EmbeddedKafkaConfig.NODE_ID)
                .setControllerListenerName(EmbeddedKafkaConfig.CONTROLLER)
                .setMetadataLogDirectory(folder.toString())
                .setDirectories(List.of(folder.toString()))
                .setReleaseVersion(MetadataVersion.latestProduction())
                .setPrintStream(new PrintStream(OutputStream.nullOutputStream(), false, UTF_8))
                .run();
    }

    private void startServers() throws IOException {
        try {
            controller.startup();
            broker.startup();
        } catch (RuntimeException e) {
            try {
                close();
            } catch (IOException | RuntimeException suppressed) {
                e.addSuppressed(suppressed);
            }
            throw e;
        }
    }

    /** Host and port for clients. */
    public String bootstrapServers() {
        return "127.0.0.1:" + port;
    }

    /** Port for clients. */
    public int port() {
        return port;
    }

    /** Stops the broker; deletes its folder if the settings say so. Does nothing twice. */
    @Override
    public void close() throws IOException {
        if (closed) {
            return;
        }
        closed = true;
        try {
            broker.shutdown(SHUTDOWN_LIMIT);
            controller.shutdown();
        } finally {
            listeners.close();
            if (settings.deleteFolder()) {
                delete(settings.folder());
            }
        }
    }

    private static void delete(Path folder) throws IOException {
        List<Path> paths = new ArrayList<>();
        try (Stream<Path> tree = Files.walk(folder)) {
            tree.forEach(paths::add);
        }
        Collections.sort(paths, Comparator.reverseOrder()); // Contents before their folder.
        for (Path path : paths) {
            Files.deleteIfExists(path);
        }
    }
}
