package io.penstock.training;

import io.penstock.sample.Sample;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/**
 * Writes the golden file of the current version of the training state:
 *
 * <pre>mvn -pl operators test-compile exec:java -Dexec.classpathScope=test \
 *   -Dexec.mainClass=io.penstock.training.GoldenTrainerState</pre>
 *
 * Run it once per version, when that version is released; a file that exists is never replaced.
 */
public final class GoldenTrainerState {
    static final String FILE = "trainer-state-v1.bin";
    static final List<Sample> SAMPLES = StudyFixture.samples(12);
    static final int TAKEN = 130;

    private GoldenTrainerState() {}

    static StudyFixture fixture() {
        return StudyFixture.counted(4);
    }

    public static void main(String[] arguments) throws IOException {
        Path file = Path.of("operators/src/test/resources/io/penstock/training").resolve(FILE);
        Files.createDirectories(file.getParent());
        if (Files.exists(file)) {
            throw new IOException(file + " exists; golden files are never replaced");
        }
        try (TrainingShard shard = new TrainingShard(fixture().spec(), 0);
                OutputStream out = Files.newOutputStream(file)) {
            SAMPLES.subList(0, TAKEN).forEach(shard::accept);
            TrainerState.write(shard, out);
        }
        System.out.println("wrote " + file + ", " + Files.size(file) + " bytes");
    }
}
