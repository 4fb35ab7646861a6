package io.penstock.e2e.fault;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.penstock.e2e.StudyTexts;
import io.penstock.e2e.cluster.BrokerSecurity;
import io.penstock.e2e.cluster.FlinkRest;
import io.penstock.e2e.cluster.JavaProcess;
import io.penstock.e2e.cluster.Listening;
import io.penstock.e2e.cluster.Records;
import io.penstock.kafka.Topics;
import io.penstock.schemas.Phase;
import java.io.IOException;
import java.io.Writer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.common.acl.AccessControlEntry;
import org.apache.kafka.common.acl.AclBinding;
import org.apache.kafka.common.acl.AclOperation;
import org.apache.kafka.common.acl.AclPermissionType;
import org.apache.kafka.common.resource.PatternType;
import org.apache.kafka.common.resource.ResourcePattern;
import org.apache.kafka.common.resource.ResourceType;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * A study on a broker that asks for a password over TLS, with no more rights than the README lists;
 * the password is found nowhere. What the processes say stays in {@code target/security}.
 */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
@Timeout(value = 10, unit = java.util.concurrent.TimeUnit.MINUTES)
class SecurityITCase {
    private static final String PREFIX = "secure";
    private static final String PASSWORD = "open-the-sluice-gate-42";
    private static final String WRONG_PASSWORD = "close-the-sluice-gate-43";
    private static final String STUDY =
            StudyTexts.plate(8, 10)
                    + """
            ensemble:
              solver: {kind: heat2d, grid: [8, 8]}
              simulations: 20
            kafka: {topic-prefix: secure., max-record-bytes: 1MiB, client-properties: %s}
            reservoir: {capacity: 100, threshold: 20}
            surrogate: {hidden: [32, 32]}
            training: {batch: 8, report-interval: 100ms}
            validation: {simulations: 2}
            checkpoints: {interval: 500ms}
            """;

    private Path folder;
    private BrokerSecurity security;
    @AutoClose private FaultyCluster cluster;

    @BeforeAll
    void start(@TempDir Path temporary) throws Exception {
        folder = temporary;
        security = new BrokerSecurity(folder, Map.of("trainer", PASSWORD, "stranger", PASSWORD));
        cluster = new FaultyCluster(folder, "security", security);
        try (Admin admin = Admin.create(cluster.kafka().cluster().properties())) {
            admin.createAcls(leastPrivileges()).all().get();
        }
        writeProperties("trainer.properties", "trainer", PASSWORD);
        writeProperties("stranger.properties", "stranger", PASSWORD);
        writeProperties("mistaken.properties", "trainer", WRONG_PASSWORD);
    }

    /** What the README lists. */
    private static List<AclBinding> leastPrivileges() {
        List<AclBinding> rights = new ArrayList<>();
        for (AclOperation operation :
                List.of(
                        AclOperation.CREATE,
                        AclOperation.DESCRIBE,
                        AclOperation.DESCRIBE_CONFIGS,
                        AclOperation.READ,
                        AclOperation.WRITE)) {
            rights.add(right(ResourceType.TOPIC, operation));
        }
        for (AclOperation operation : List.of(AclOperation.DESCRIBE, AclOperation.WRITE)) {
            rights.add(right(ResourceType.TRANSACTIONAL_ID, operation));
        }
        return rights;
    }

    private static AclBinding right(ResourceType type, AclOperation operation) {
        return new AclBinding(
                new ResourcePattern(type, PREFIX + ".", PatternType.PREFIXED),
                new AccessControlEntry("User:trainer", "*", operation, AclPermissionType.ALLOW));
    }

    private void writeProperties(String file, String user, String password) throws IOException {
        try (Writer out = Files.newBufferedWriter(folder.resolve(file))) {
            security.client(user, password).store(out, null);
        }
    }

    @Test
    void trainsWithTheLeastPrivilegesAndShowsThePasswordNowhere() throws Exception {
        String study = STUDY.formatted("trainer.properties");
        FaultyTraining training = cluster.train(PREFIX, study, 1);
        String ensemble = cluster.runEnsemble(PREFIX, study);
        var reports = training.end();
        assertThat(reports.get(0).getPhase()).isEqualTo(Phase.FINISHED);
        assertThat(reports.get(0).getInserts()).isEqualTo(200);

        assertNoPassword("the web page", pages(training.job(), ensemble));
        assertNothingListensToOthers();
        cluster.rest().cancel(ensemble);
        assertNoPassword("logs", contents(cluster.logs()));
        assertNoPassword(
                "process arguments",
                ProcessHandle.current()
                        .children()
                        .map(process -> process.info().commandLine().orElse(""))
                        .toList());
        List<String> records = new ArrayList<>();
        for (String topic : new Topics(PREFIX + ".").all()) {
            Records.read(cluster.kafka().cluster(), topic)
                    .forEach(record -> records.add(new String(record.value(), UTF_8)));
        }
        assertNoPassword("records", records);
    }

    /** Broker, JobManager and TaskManager, with the settings that a user of one machine has. */
    private static void assertNothingListensToOthers() throws IOException {
        if (!Listening.isTold()) {
            return; // Where Linux does not tell, nobody looks.
        }
        List<Long> processes = ProcessHandle.current().children().map(ProcessHandle::pid).toList();
        assertThat(processes).hasSizeGreaterThanOrEqualTo(3);
        for (long process : processes) {
            Listening.Addresses addresses = Listening.of(process);
            assertThat(addresses.all()).as("sockets of %d", process).isPositive();
            assertThat(addresses.open()).as("open to other machines, of %d", process).isEmpty();
        }
    }

    private List<String> pages(String... jobs) throws Exception {
        FlinkRest rest = cluster.rest();
        List<String> pages = new ArrayList<>();
        for (String path :
                List.of("/config", "/jobmanager/config", "/jobmanager/environment", "/jars")) {
            pages.add(rest.page(path));
        }
        for (String job : jobs) {
            for (String path : List.of("", "/config", "/plan", "/exceptions")) {
                pages.add(rest.page("/jobs/" + job + path));
            }
        }
        return pages;
    }

    private static List<String> contents(Path logs) throws IOException {
        List<String> contents = new ArrayList<>();
        try (Stream<Path> files = Files.list(logs)) {
            for (Path file : files.filter(path -> path.toString().endsWith(".log")).toList()) {
                contents.add(Files.readString(file));
            }
        }
        return contents;
    }

    private static void assertNoPassword(String where, List<String> texts) {
        assertThat(texts).as(where).isNotEmpty().noneMatch(text -> text.contains(PASSWORD));
    }

    @Test
    void saysInOneErrorThatThePasswordIsWrong() {
        assertThatThrownBy(
                        () -> cluster.train("mistaken", STUDY.formatted("mistaken.properties"), 1))
                .isInstanceOf(FlinkRest.RefusedException.class)
                .hasMessageContaining("Authentication failed")
                .hasMessageContaining(cluster.kafka().bootstrapServers())
                .message()
                .doesNotContain(WRONG_PASSWORD);
    }

    @Test
    void saysInOneErrorWhatIsNotAllowed() {
        assertThatThrownBy(
                        () -> cluster.train("stranger", STUDY.formatted("stranger.properties"), 1))
                .isInstanceOf(FlinkRest.RefusedException.class)
                .hasMessageContaining("cannot create topic secure.")
                .hasMessageContaining("Authorization failed");
    }

    @Test
    void commandLineSaysInOneLineThatThePasswordIsWrong() throws Exception {
        Path study = folder.resolve("line.yaml");
        Files.writeString(study, STUDY.formatted("mistaken.properties"));
        Path log = cluster.logs().resolve("command-line.log");
        try (JavaProcess line =
                JavaProcess.start(
                        "the command line",
                        log,
                        List.of("-Xmx256m"),
                        System.getProperty("java.class.path", "."),
                        "io.penstock.cli.Penstock",
                        List.of(
                                "topics",
                                "create",
                                study.toString(),
                                "--kafka",
                                cluster.kafka().bootstrapServers()))) {
            assertThat(line.awaitExit()).isEqualTo(2);
        }
        assertThat(Files.readString(log).lines().filter(text -> text.startsWith("penstock: ")))
                .hasSize(1)
                .allMatch(text -> text.contains("Authentication failed"))
                .noneMatch(text -> text.contains(WRONG_PASSWORD));
    }
}
