package io.penstock.run;

import java.net.URI;
import java.nio.file.Path;
import java.util.List;
import java.util.OptionalInt;
import java.util.concurrent.ExecutionException;
import org.apache.flink.configuration.CheckpointingOptions;
import org.apache.flink.configuration.Configuration;
import org.apache.flink.configuration.JobManagerOptions;
import org.apache.flink.configuration.MemorySize;
import org.apache.flink.configuration.RestOptions;
import org.apache.flink.configuration.TaskManagerOptions;
import org.apache.flink.metrics.prometheus.PrometheusReporterFactory;
import org.apache.flink.runtime.minicluster.MiniCluster;
import org.apache.flink.runtime.minicluster.MiniClusterConfiguration;
import org.apache.flink.streaming.api.environment.StreamExecutionEnvironment;
import org.jspecify.annotations.Nullable;

/** A Flink cluster to submit jobs to over REST: one inside this process, or one that runs. */
public final class FlinkSession implements AutoCloseable {
    private final String host;
    private final int port;
    private final List<Path> jars;
    private final @Nullable MiniCluster cluster;

    private FlinkSession(String host, int port, List<Path> jars, @Nullable MiniCluster cluster) {
        this.host = host;
        this.port = port;
        this.jars = List.copyOf(jars);
        this.cluster = cluster;
    }

    /**
     * Starts a cluster in this process, with its web UI on a free port of 127.0.0.1.
     *
     * @param slots task slots
     */
    public static FlinkSession embedded(int slots) throws Exception {
        return embedded(slots, new Configuration());
    }

    /**
     * The same for a run.
     *
     * @param savepoints folder of savepoints for which nobody names one
     * @param metricsPort port at which it shows its metrics to Prometheus, of every address of the
     *     machine: Flink's reporter knows no other; none for no metrics
     */
    static FlinkSession embedded(int slots, Path savepoints, OptionalInt metricsPort)
            throws Exception {
        Configuration configuration = new Configuration();
        configuration.set(CheckpointingOptions.SAVEPOINT_DIRECTORY, savepoints.toUri().toString());
        metricsPort.ifPresent(port -> showMetrics(configuration, port));
        return embedded(slots, configuration);
    }

    private static FlinkSession embedded(int slots, Configuration configuration) throws Exception {
        configuration.set(RestOptions.ADDRESS, "127.0.0.1");
        configuration.set(RestOptions.BIND_ADDRESS, "127.0.0.1");
        configuration.set(RestOptions.BIND_PORT, "0");
        // Or what hands jars out listens at every address of the machine.
        configuration.set(JobManagerOptions.BIND_HOST, "127.0.0.1");
        configuration.set(TaskManagerOptions.BIND_HOST, "127.0.0.1");
        configuration.set(TaskManagerOptions.MANAGED_MEMORY_SIZE, MemorySize.ofMebiBytes(8));
        MiniCluster cluster =
                new MiniCluster(
                        new MiniClusterConfiguration.Builder()
                                .setConfiguration(configuration)
                                .setNumTaskManagers(1)
                                .setNumSlotsPerTaskManager(slots)
                                .build());
        try {
            cluster.start();
            URI rest = cluster.getRestAddress().get();
            return new FlinkSession(rest.getHost(), rest.getPort(), List.of(), cluster);
        } catch (Exception e) {
            cluster.closeAsync();
            throw e;
        }
    }

    /** Has a cluster show its metrics to Prometheus, on a port of every address. */
    public static void showMetrics(Configuration configuration, int port) {
        String reporter = "metrics.reporter.prom.";
        configuration.setString(
                reporter + "factory.class", PrometheusReporterFactory.class.getName());
        configuration.setString(reporter + "port", Integer.toString(port));
        // Or the study heat2d-demo had the label heat2d_demo.
        configuration.setString(reporter + "filterLabelValueCharacters", "false");
    }

    /**
     * A cluster that runs.
     *
     * @param host host of its REST endpoint
     * @param port port of its REST endpoint
     * @param jars what its class path lacks; shipped with every job
     */
    public static FlinkSession remote(String host, int port, List<Path> jars) {
        return new FlinkSession(host, port, jars, null);
    }

    /** Address of the web UI. */
    public String webUi() {
        return "http://" + host + ":" + port;
    }

    /** A new environment whose jobs run here, detached. */
    public StreamExecutionEnvironment environment(Configuration configuration) {
        return StreamExecutionEnvironment.createRemoteEnvironment(
                host,
                port,
                configuration,
                jars.stream().map(Path::toString).toArray(String[]::new));
    }

    @Override
    public void close() throws Exception {
        if (cluster != null) {
            try {
                cluster.closeAsync().get();
            } catch (ExecutionException e) {
                throw new IllegalStateException("the embedded Flink did not stop cleanly", e);
            }
        }
    }
}
