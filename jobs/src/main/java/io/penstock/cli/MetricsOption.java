package io.penstock.cli;

import java.io.IOException;
import java.net.ServerSocket;
import java.util.OptionalInt;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** Whether the Flink inside the process shows its metrics to Prometheus. */
final class MetricsOption {
    @Option(
            names = "--metrics-port",
            paramLabel = "P",
            description = {
                "Port at which the Flink inside the process shows its metrics to Prometheus, on"
                        + " every address of the machine; none without."
            })
    private @Nullable Integer port;

    /**
     * The port, none if none was asked for.
     *
     * @param flink the cluster to run on instead of one inside the process; null for none
     * @throws UsageException if nobody could listen there, which Flink would only log
     */
    OptionalInt port(@Nullable String flink) {
        if (port == null) {
            return OptionalInt.empty();
        }
        if (flink != null) {
            throw new UsageException(
                    "--metrics-port is of the Flink inside the process; that at "
                            + flink
                            + " has a setting of its own, metrics.reporter.prom.port");
        }
        if (port < 1 || port > 65535) {
            throw new UsageException(
                    "--metrics-port: " + port + " is not allowed; allowed: 1 to 65535");
        }
        try (ServerSocket socket = new ServerSocket(port)) {
            return OptionalInt.of(socket.getLocalPort());
        } catch (IOException e) {
            throw new UsageException(
                    "--metrics-port " + port + " cannot be listened at: " + e.getMessage(), e);
        }
    }
}
