package io.penstock.control;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** The jobs of a Flink cluster, over its REST endpoint. */
final class FlinkJobs {
    private static final Duration LIMIT = Duration.ofSeconds(20);
    private static final Duration POLL = Duration.ofMillis(100);
    private static final Set<String> ENDED = Set.of("FINISHED", "FAILED", "CANCELED", "SUSPENDED");
    private static final ObjectMapper JSON = new ObjectMapper();

    private final HttpClient client = HttpClient.newBuilder().connectTimeout(LIMIT).build();
    private final String base;
    private final @Nullable String savepoints;

    /**
     * @param base base of the REST endpoint, such as {@code http://localhost:8081}
     * @param savepoints folder of savepoints as a URI; null for the cluster's default
     */
    FlinkJobs(URI base, @Nullable String savepoints) {
        this.base = base.toString().replaceAll("/+$", "");
        this.savepoints = savepoints;
    }

    /** Id of the job of a name that has not ended; the newest, should there be several. */
    Optional<String> running(String name) throws IOException, InterruptedException {
        String newest = null;
        long startedAt = Long.MIN_VALUE;
        for (JsonNode job : get("/jobs/overview").path("jobs")) {
            boolean isIt =
                    job.path("name").asText().equals(name)
                            && !ENDED.contains(job.path("state").asText())
                            && job.path("start-time").asLong() > startedAt;
            if (isIt) {
                newest = job.path("jid").asText();
                startedAt = job.path("start-time").asLong();
            }
        }
        return Optional.ofNullable(newest);
    }

    /** Takes a savepoint of a job; where it lies. */
    String savepoint(String job) throws IOException, InterruptedException {
        return trigger(job, "savepoints", body("target-directory"));
    }

    /**
     * Stops a job with a savepoint when it has done what its sources have read; where the savepoint
     * lies.
     */
    String stopDrained(String job) throws IOException, InterruptedException {
        return trigger(job, "stop", body("targetDirectory").put("drain", true));
    }

    private ObjectNode body(String target) {
        ObjectNode body = JSON.createObjectNode();
        return savepoints == null ? body : body.put(target, savepoints);
    }

    private String trigger(String job, String verb, ObjectNode body)
            throws IOException, InterruptedException {
        String id =
                send(request("/jobs/" + job + "/" + verb)
                                .header("Content-Type", "application/json")
                                .POST(BodyPublishers.ofString(body.toString())))
                        .path("request-id")
                        .asText();
        while (true) {
            JsonNode answer = get("/jobs/" + job + "/savepoints/" + id);
            if (answer.path("status").path("id").asText().equals("COMPLETED")) {
                return location(answer.path("operation"));
            }
            Thread.sleep(POLL.toMillis());
        }
    }

    private static String location(JsonNode operation) throws IOException {
        JsonNode failure = operation.path("failure-cause");
        if (!failure.isMissingNode()) {
            throw new IOException("no savepoint was taken: " + cause(failure));
        }
        return operation.path("location").asText();
    }

    /** The last cause of a stack trace, in one line. */
    private static String cause(JsonNode failure) {
        return lastCause(
                failure.path("stack-trace")
                        .asText(failure.path("class").asText("no reason given")));
    }

    private static String lastCause(String trace) {
        String[] causes = trace.split("Caused by: ", -1);
        return causes[causes.length - 1].strip().split("\\R", 2)[0].strip();
    }

    /** Cancels a job. */
    void cancel(String job) throws IOException, InterruptedException {
        send(request("/jobs/" + job).method("PATCH", BodyPublishers.noBody()));
    }

    private JsonNode get(String path) throws IOException, InterruptedException {
        return send(request(path).GET());
    }

    private HttpRequest.Builder request(String path) {
        return HttpRequest.newBuilder(URI.create(base + path)).timeout(LIMIT);
    }

    private JsonNode send(HttpRequest.Builder request) throws IOException, InterruptedException {
        HttpRequest asked = request.build();
        HttpResponse<String> answer;
        try {
            answer = client.send(asked, BodyHandlers.ofString());
        } catch (IOException e) {
            throw new IOException(
                    "Flink at %s gave no answer: %s".formatted(base, e.getClass().getSimpleName()),
                    e);
        }
        if (answer.statusCode() / 100 != 2) {
            throw new IOException(
                    "Flink at %s refused %s %s: %s"
                            .formatted(
                                    base,
                                    asked.method(),
                                    asked.uri().getPath(),
                                    reason(answer.statusCode(), answer.body())));
        }
        return JSON.readTree(answer.body());
    }

    private static String reason(int status, String body) throws IOException {
        String text = "";
        for (JsonNode error : JSON.readTree(body).path("errors")) {
            if (!error.asText().isBlank()) {
                text = lastCause(error.asText());
            }
        }
        return text.isEmpty() ? "status " + status : text;
    }
}
