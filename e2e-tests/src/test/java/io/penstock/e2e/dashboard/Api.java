package io.penstock.e2e.dashboard;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.util.stream.Stream;

/** Asks a dashboard as its page does. */
final class Api {
    private static final ObjectMapper JSON = new ObjectMapper();

    private final URI address;
    private final HttpClient client = HttpClient.newHttpClient();

    Api(URI address) {
        this.address = address;
    }

    /** The answer to a question that must succeed. */
    JsonNode get(String path) throws Exception {
        byte[] body = bytes(path);
        return JSON.readTree(body);
    }

    byte[] bytes(String path) throws Exception {
        HttpResponse<byte[]> answer =
                client.send(
                        HttpRequest.newBuilder(address.resolve(path)).build(),
                        BodyHandlers.ofByteArray());
        if (answer.statusCode() != 200) {
            throw new AssertionError(path + ": " + answer.statusCode());
        }
        return answer.body();
    }

    /** Whether a question has an answer yet. */
    boolean has(String path) throws Exception {
        return client.send(
                                HttpRequest.newBuilder(address.resolve(path)).build(),
                                BodyHandlers.discarding())
                        .statusCode()
                == 200;
    }

    /** What is asked for, of the page's own origin. */
    HttpResponse<String> post(String path, String json) throws Exception {
        return client.send(
                HttpRequest.newBuilder(address.resolve(path))
                        .header("Content-Type", "application/json")
                        .header("Origin", "http://" + address.getAuthority())
                        .POST(BodyPublishers.ofString(json))
                        .build(),
                BodyHandlers.ofString());
    }

    /** The lines of the events that are pushed, until the dashboard ends. */
    Stream<String> events(String source) throws Exception {
        return client.send(
                        HttpRequest.newBuilder(address.resolve("/api/events?source=" + source))
                                .build(),
                        BodyHandlers.ofLines())
                .body();
    }

    static JsonNode json(String text) throws Exception {
        return JSON.readTree(text);
    }
}
