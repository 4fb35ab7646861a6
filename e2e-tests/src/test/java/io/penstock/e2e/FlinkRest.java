package io.penstock.e2e;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.locks.LockSupport;

/** What a user does over the REST endpoint of a cluster. */
final class FlinkRest {
    private static final Duration LIMIT = Duration.ofSeconds(90);
    private static final long PAUSE_NANOS = 50_000_000;
    private static final ObjectMapper JSON = new ObjectMapper();

    private final HttpClient client = HttpClient.newHttpClient();
    private final FlinkProcesses flink;

    FlinkRest(FlinkProcesses flink) {
        this.flink = flink;
    }

    /** An answer that was no success. */
    static final class RefusedException extends IOException {
        private static final long serialVersionUID = 1L;

        RefusedException(String message) {
            super(message);
        }
    }

    /** Waits until the cluster offers so many slots. */
    void awaitSlots(int slots) throws Exception {
        await(
                slots + " slots",
                () -> {
                    try {
                        return get("/overview").path("slots-total").asInt() >= slots;
                    } catch (IOException e) {
                        return false; // It does not listen yet.
                    }
                });
    }

    /** Uploads a jar and returns its id. */
    String upload(Path jar) throws Exception {
        String boundary = "a-line-between-parts";
        ByteArrayOutputStream body = new ByteArrayOutputStream();
        body.write(
                """
                --%s\r
                Content-Disposition: form-data; name="jarfile"; filename="%s"\r
                Content-Type: application/x-java-archive\r
                \r
                """
                        .formatted(boundary, jar.getFileName())
                        .getBytes(UTF_8));
        body.write(Files.readAllBytes(jar));
        body.write(("\r\n--" + boundary + "--\r\n").getBytes(UTF_8));
        String stored =
                send(request("/jars/upload")
                                .header("Content-Type", "multipart/form-data; boundary=" + boundary)
                                .POST(BodyPublishers.ofByteArray(body.toByteArray())))
                        .path("filename")
                        .asText();
        return Path.of(stored).getFileName().toString();
    }

    /** Runs a class of an uploaded jar and returns the id of the job that it submitted. */
    String run(String jar, Class<?> entry, List<String> arguments) throws Exception {
        String body =
                JSON.writeValueAsString(
                        Map.of("entryClass", entry.getName(), "programArgsList", arguments));
        return send(request("/jars/" + jar + "/run")
                        .header("Content-Type", "application/json")
                        .POST(BodyPublishers.ofString(body)))
                .path("jobid")
                .asText();
    }

    void cancel(String job) throws Exception {
        send(request("/jobs/" + job).method("PATCH", BodyPublishers.noBody()));
    }

    /** Waits until a job has ended, and returns how. */
    String awaitEnd(String job) throws Exception {
        await(
                "end of job " + job,
                () -> List.of("FINISHED", "FAILED", "CANCELED").contains(state(job)));
        return state(job);
    }

    /** Why a job failed. */
    String exceptions(String job) throws Exception {
        return get("/jobs/" + job + "/exceptions").toPrettyString();
    }

    /** Ids of the task managers. */
    List<String> taskManagers() throws Exception {
        return get("/taskmanagers").path("taskmanagers").findValuesAsText("id");
    }

    private String state(String job) throws Exception {
        return get("/jobs/" + job).path("state").asText();
    }

    private interface Condition {
        boolean holds() throws Exception;
    }

    private void await(String what, Condition condition) throws Exception {
        long deadline = System.nanoTime() + LIMIT.toNanos();
        while (!condition.holds()) {
            flink.requireAlive();
            if (System.nanoTime() > deadline) {
                throw new AssertionError("no " + what + " within " + LIMIT);
            }
            LockSupport.parkNanos(PAUSE_NANOS);
        }
    }

    private JsonNode get(String path) throws Exception {
        return send(request(path).GET());
    }

    private HttpRequest.Builder request(String path) {
        return HttpRequest.newBuilder(URI.create(flink.rest() + path)).timeout(LIMIT);
    }

    private JsonNode send(HttpRequest.Builder request) throws Exception {
        var answer = client.send(request.build(), BodyHandlers.ofString());
        if (answer.statusCode() / 100 != 2) {
            throw new RefusedException(answer.statusCode() + ": " + answer.body());
        }
        return JSON.readTree(answer.body());
    }
}
