package io.penstock.e2e.cluster;

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
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** What a user does over the REST endpoint of a cluster. */
public final class FlinkRest {
    private static final Duration LIMIT = Duration.ofSeconds(180);
    private static final ObjectMapper JSON = new ObjectMapper();

    private final HttpClient client = HttpClient.newHttpClient();
    private final FlinkProcesses flink;

    /**
     * @param flink the cluster
     */
    public FlinkRest(FlinkProcesses flink) {
        this.flink = flink;
    }

    /** An answer that was no success. */
    public static final class RefusedException extends IOException {
        private static final long serialVersionUID = 1L;

        RefusedException(String message) {
            super(message);
        }
    }

    /** Waits until the cluster offers so many slots. */
    public void awaitSlots(int slots) throws Exception {
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
    public String upload(Path jar) throws Exception {
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
    public String run(String jar, Class<?> entry, List<String> arguments) throws Exception {
        return run(jar, entry, arguments, "");
    }

    /**
     * Runs a class of an uploaded jar and returns the id of the job that it submitted.
     *
     * @param savepoint savepoint or checkpoint that the job goes on from; empty for none
     */
    public String run(String jar, Class<?> entry, List<String> arguments, String savepoint)
            throws Exception {
        Map<String, Object> asked = new HashMap<>();
        asked.put("entryClass", entry.getName());
        asked.put("programArgsList", arguments);
        if (!savepoint.isEmpty()) {
            asked.put("savepointPath", savepoint);
        }
        String body = JSON.writeValueAsString(asked);
        return send(request("/jars/" + jar + "/run")
                        .header("Content-Type", "application/json")
                        .POST(BodyPublishers.ofString(body)))
                .path("jobid")
                .asText();
    }

    /** Cancels a job. */
    public void cancel(String job) throws Exception {
        send(request("/jobs/" + job).method("PATCH", BodyPublishers.noBody()));
    }

    /** Waits until a job has ended, and returns how. */
    public String awaitEnd(String job) throws Exception {
        await(
                "end of job " + job,
                () -> List.of("FINISHED", "FAILED", "CANCELED").contains(state(job)));
        return state(job);
    }

    /** Why a job failed. */
    public String exceptions(String job) throws Exception {
        return get("/jobs/" + job + "/exceptions").toPrettyString();
    }

    /** Ids of the task managers. */
    public List<String> taskManagers() throws Exception {
        return get("/taskmanagers").path("taskmanagers").findValuesAsText("id");
    }

    /** What the endpoint answers to a path. */
    public String page(String path) throws Exception {
        return get(path).toString();
    }

    /** State of a job, in Flink's words. */
    public String state(String job) throws Exception {
        return get("/jobs/" + job).path("state").asText();
    }

    /** Whether a task of a job is being restored. */
    public boolean isInitializing(String job) throws Exception {
        return get("/jobs/" + job).path("status-counts").path("INITIALIZING").asInt() > 0;
    }

    /** Number of checkpoints of a job that have been begun and not ended. */
    public int checkpointsInProgress(String job) throws Exception {
        return checkpoints(job, "in_progress");
    }

    /** Number of checkpoints of a job that have failed. */
    public int failedCheckpoints(String job) throws Exception {
        return checkpoints(job, "failed");
    }

    /** Number of checkpoints of a job that have been completed. */
    public int completedCheckpoints(String job) throws Exception {
        return checkpoints(job, "completed");
    }

    private int checkpoints(String job, String kind) throws Exception {
        return get("/jobs/" + job + "/checkpoints").path("counts").path(kind).asInt();
    }

    private void await(String what, Await.Condition condition) throws Exception {
        Await.until(
                what,
                LIMIT,
                () -> {
                    flink.requireAlive();
                    return condition.holds();
                });
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
            throw new RefusedException(answer.statusCode() + ": " + causes(answer.body()));
        }
        return JSON.readTree(answer.body());
    }

    /** An answer without the frames of its stack traces, which hide the last cause. */
    private static String causes(String answer) {
        return answer.replaceAll("(\\\\[nt])+(at |\\.\\.\\. )[^\\\\]*", "");
    }
}
