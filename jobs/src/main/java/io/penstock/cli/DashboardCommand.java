package io.penstock.cli;

import io.penstock.dashboard.Dashboard;
import io.penstock.dashboard.DashboardSettings;
import io.penstock.dashboard.DashboardSettings.Address;
import io.penstock.dashboard.DashboardSettings.Feed;
import io.penstock.dashboard.DashboardSettings.Flink;
import io.penstock.kafka.KafkaCluster;
import io.penstock.kafka.Topics;
import io.penstock.run.FlinkAddress;
import io.penstock.run.StopSignal;
import io.penstock.setting.InvalidSettingException;
import io.penstock.study.KafkaSettings;
import io.penstock.surrogate.TorchThreads;
import java.io.IOException;
import java.io.PrintWriter;
import java.net.URI;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** Shows trainings and past runs in a browser. */
@Command(
        name = "dashboard",
        description = {
            "Shows trainings that run on a cluster, and past runs, in a browser.",
            "Runs until Ctrl-C. The commands run and demo start one of their own. Brokers may come"
                    + " and go meanwhile."
        },
        footer = {
            "  penstock dashboard",
            "  penstock dashboard --kafka broker:9092 --flink jobmanager:8081",
            "  penstock dashboard --kafka broker:9092 --client-config client.properties"
        })
public final class DashboardCommand implements Callable<Integer> {
    /** What a fetch asks of a partition at a time; a larger record comes all the same. */
    private static final int FETCH_BYTES = 4 << 20;

    private static final long LOOK_MILLIS = 100;

    private final Supplier<StopSignal> signals;

    @Spec private CommandSpec spec = CommandSpec.create();

    @Option(
            names = "--kafka",
            paramLabel = "HOST:PORT",
            description = "The Kafka brokers; without them only past runs are shown.")
    private @Nullable String kafka;

    @Option(
            names = "--topic-prefix",
            paramLabel = "PREFIX",
            description = "What stands before the name of each topic, as in the study file.")
    private String topicPrefix = "";

    @Option(
            names = "--client-config",
            paramLabel = "FILE",
            description =
                    "Properties file with further settings of Kafka clients, such as security.")
    private @Nullable Path clientConfig;

    @Option(
            names = "--runs",
            paramLabel = "DIR",
            description = "Folder of past runs; ${DEFAULT-VALUE} by default.")
    private Path runs = Path.of("runs");

    @Option(
            names = "--host",
            paramLabel = "HOST",
            description =
                    "Address to listen on; by default this machine only. Whoever reaches it sees"
                            + " everything, and with --allow-control steers the training.")
    private String host = DashboardSettings.LOOPBACK;

    @Option(
            names = "--port",
            paramLabel = "PORT",
            description =
                    "Port to listen on; "
                            + DashboardSettings.DEFAULT_PORT
                            + " by default, or another when that is taken.")
    private @Nullable Integer port;

    @Option(
            names = "--allow-control",
            description = "Let the page pause, resume, change and stop trainings.")
    private boolean allowControl;

    @Option(
            names = "--flink",
            paramLabel = "HOST:PORT",
            description = "The REST endpoint of the Flink cluster the trainings run on.")
    private @Nullable String flink;

    @Option(
            names = "--savepoints",
            paramLabel = "URI",
            description = "Folder of savepoints; the cluster's default without it.")
    private @Nullable String savepoints;

    /**
     * @param signals gives what ends the command
     */
    DashboardCommand(Supplier<StopSignal> signals) {
        this.signals = signals;
    }

    @Override
    public Integer call() throws IOException, InterruptedException {
        DashboardSettings settings = settings();
        if (System.getProperty(TorchThreads.PROPERTY) == null) {
            System.setProperty(TorchThreads.PROPERTY, "1"); // Small fields, now and then.
        }
        StopSignal stop = signals.get();
        PrintWriter out = spec.commandLine().getOut();
        try (Dashboard dashboard = Dashboard.start(settings)) {
            out.println("Dashboard: " + dashboard.address());
            out.println("Ctrl-C ends it.");
            out.flush();
            while (!stop.isRequested()) {
                TimeUnit.MILLISECONDS.sleep(LOOK_MILLIS);
            }
        }
        return 0;
    }

    private DashboardSettings settings() {
        if (kafka == null && (allowControl || clientConfig != null)) {
            throw new UsageException("--allow-control and --client-config need --kafka HOST:PORT");
        }
        try {
            Address address =
                    new Address(
                            host,
                            port == null ? DashboardSettings.DEFAULT_PORT : port,
                            port != null);
            return new DashboardSettings(address, feed(), runs, allowControl, flink());
        } catch (InvalidSettingException e) {
            throw UsageException.of(e);
        }
    }

    private @Nullable Flink flink() {
        if (flink == null) {
            return null;
        }
        FlinkAddress at = FlinkAddress.parse(flink, List.of());
        return new Flink(URI.create("http://" + at.host() + ":" + at.port()), savepoints);
    }

    private @Nullable Feed feed() {
        if (kafka == null) {
            return null;
        }
        KafkaSettings checked =
                new KafkaSettings(kafka, topicPrefix, 1, (short) 1, FETCH_BYTES, clientConfig);
        return new Feed(
                new KafkaCluster(kafka, FETCH_BYTES, checked.clientConfig()),
                new Topics(topicPrefix));
    }
}
