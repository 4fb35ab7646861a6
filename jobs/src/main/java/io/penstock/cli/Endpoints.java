package io.penstock.cli;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.Properties;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.regex.Pattern;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.AdminClientConfig;
import org.apache.kafka.common.KafkaException;

/** Whether brokers and clusters that a user names are there. */
final class Endpoints {
    private static final Pattern HOST_PORT =
            Pattern.compile("[^\\s/:]+:\\d{1,5}|\\[[^\\s/]+\\]:\\d{1,5}");

    private static final String CHECK = ". Check the address and that it is running";

    private Endpoints() {}

    /** Requires a Kafka broker to answer within a limit. */
    static void requireKafka(Properties client, Duration limit) {
        requireKafka(client, limit, "");
    }

    /**
     * The same.
     *
     * @param otherwise what the error ends with: what to do without one
     */
    static void requireKafka(Properties client, Duration limit, String otherwise) {
        String brokers = client.getProperty(AdminClientConfig.BOOTSTRAP_SERVERS_CONFIG, "");
        Properties settings = new Properties();
        settings.putAll(client);
        String millis = Long.toString(limit.toMillis());
        settings.setProperty(AdminClientConfig.DEFAULT_API_TIMEOUT_MS_CONFIG, millis);
        settings.setProperty(AdminClientConfig.REQUEST_TIMEOUT_MS_CONFIG, millis);
        Admin admin;
        try {
            admin = Admin.create(settings);
        } catch (KafkaException e) {
            throw unreachable(kafka(brokers), root(e) + CHECK + otherwise, e);
        }
        try {
            admin.describeCluster().nodes().get(limit.toMillis(), TimeUnit.MILLISECONDS);
        } catch (TimeoutException e) {
            throw unreachable(kafka(brokers), noAnswer(limit) + CHECK + otherwise, e);
        } catch (ExecutionException e) {
            boolean timedOut =
                    e.getCause() instanceof org.apache.kafka.common.errors.TimeoutException;
            throw unreachable(
                    kafka(brokers), (timedOut ? noAnswer(limit) : root(e)) + CHECK + otherwise, e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw unreachable(kafka(brokers), "interrupted", e);
        } finally {
            admin.close(Duration.ZERO);
        }
    }

    /** Requires the REST endpoint of a Flink cluster to answer within a limit. */
    static void requireFlink(String hostPort, Duration limit) {
        if (!HOST_PORT.matcher(hostPort).matches()) {
            throw new UsageException(
                    "--flink: \"" + hostPort + "\" is not allowed; allowed: HOST:PORT");
        }
        HttpClient client = HttpClient.newBuilder().connectTimeout(limit).build();
        URI overview = URI.create("http://" + hostPort + "/overview");
        HttpRequest request = HttpRequest.newBuilder(overview).timeout(limit).build();
        try {
            HttpResponse<String> answer =
                    client.send(request, HttpResponse.BodyHandlers.ofString());
            if (answer.statusCode() != 200 || !answer.body().contains("flink-version")) {
                throw new UsageException(
                        overview
                                + " is not a Flink cluster's REST endpoint (HTTP status "
                                + answer.statusCode()
                                + ")");
            }
        } catch (IOException e) {
            throw unreachable(flink(hostPort), root(e) + CHECK + orEmbedded("Flink"), e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw unreachable(flink(hostPort), "interrupted", e);
        }
    }

    private static String noAnswer(Duration limit) {
        return "no answer within " + limit.toSeconds() + " s";
    }

    private static String root(Throwable e) {
        Throwable cause = e;
        while (cause.getCause() != null) {
            cause = cause.getCause();
        }
        String message = cause.getMessage();
        return message == null ? cause.getClass().getSimpleName() : message;
    }

    /** That a command does not need one. */
    static String orEmbedded(String what) {
        return "; without one, " + what + " is started inside the process";
    }

    private static String kafka(String brokers) {
        return "Kafka at \"" + brokers + "\"";
    }

    private static String flink(String hostPort) {
        return "Flink at \"" + hostPort + "\"";
    }

    private static UsageException unreachable(String what, String why, Throwable e) {
        return new UsageException(what + " cannot be reached: " + why + ".", e);
    }
}
