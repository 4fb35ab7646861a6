package io.penstock.serving;

import io.penstock.schemas.ModelUpdate;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;

/**
 * Writes the golden files of the states of serving:
 *
 * <pre>mvn -pl operators test-compile exec:java -Dexec.classpathScope=test \
 *   -Dexec.mainClass=io.penstock.serving.GoldenServingState</pre>
 *
 * Run it once per version, when that version is released; a file that exists is never replaced.
 */
public final class GoldenServingState {
    static final String VERSIONS_1 = "serving-state-v1.bin";
    static final String ANSWERED_1 = "answered-requests-v1.bin";
    static final String WAITING_1 = "waiting-request-v1.bin";

    private GoldenServingState() {}

    /** Rolled back to the first of two, which lies elsewhere, with the second one wanted. */
    static Serving.State versions() {
        ModelUpdate elsewhere = Versions.update(1);
        elsewhere.setWeights(null);
        elsewhere.setWeightsUri("file:///models/rod/1/weights.safetensors");
        return new Serving.State(List.of(elsewhere, Versions.withLoss(2, 0.25)), 0, 1, true);
    }

    static AnsweredRequests answered() {
        AnsweredRequests answered = new AnsweredRequests(Map.of(0, 7L, 3, 5_000_000_000L));
        answered.add(0, 1);
        answered.add(0, 2);
        answered.add(2, 6_000_000_000L);
        return answered;
    }

    static Question waiting() {
        return new Question(2, 5_000_000_000L, Versions.request(3), null, 0);
    }

    public static void main(String[] arguments) throws IOException {
        write(VERSIONS_1, ServingState.write(versions()));
        write(ANSWERED_1, answered().write());
        write(WAITING_1, waiting().write());
    }

    private static void write(String name, byte[] bytes) throws IOException {
        Path file = Path.of("operators/src/test/resources/io/penstock/serving").resolve(name);
        Files.createDirectories(file.getParent());
        if (Files.exists(file)) {
            throw new IOException(file + " exists; golden files are never replaced");
        }
        Files.write(file, bytes);
        System.out.println("wrote " + file + ", " + bytes.length + " bytes");
    }
}
