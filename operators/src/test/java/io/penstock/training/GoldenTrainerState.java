package io.penstock.training;

import io.penstock.sample.Sample;
import io.penstock.schemas.ControlKind;
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
    /** Of a shard that is alone. */
    static final String VERSION_1 = "trainer-state-v1.bin";

    /** Of shard 0 of two, which waits for a round. */
    static final String VERSION_2 = "trainer-state-v2.bin";

    /** Of shard 0 of two, which trains on while a round is under way. */
    static final String VERSION_3 = "trainer-state-v3.bin";

    /** Of a shard that is alone and has every technique of {@link ContinualSpec} on. */
    static final String VERSION_4 = "trainer-state-v4.bin";

    /** Of a shard that is alone, was given another rate and paused, and has more to answer. */
    static final String VERSION_5 = "trainer-state-v5.bin";

    static final ContinualSpec TECHNIQUES = new ContinualSpec(1e-4, 0.55, 0.99, 0.3, 10);
    static final List<Sample> SAMPLES = StudyFixture.samples(12);
    static final int TAKEN = 130;
    static final int BACKLOG = 30;

    private GoldenTrainerState() {}

    static StudyFixture fixture() {
        return StudyFixture.counted(4).clipped(1);
    }

    /** Shards as they were when the file of version 2 was written. */
    static ShardsFixture shards() {
        ShardsFixture shards =
                new ShardsFixture(StudyFixture.sharded(fixture(), 2, StudyFixture.MERGE), SAMPLES);
        while (!shards.shards.get(0).rounds.isWaiting()) {
            shards.giveNext(0);
        }
        while (shards.shards.get(0).backlog.size() < BACKLOG) {
            shards.giveNext(0);
        }
        return shards;
    }

    /** Shards as they were when the file of version 3 was written. */
    static ShardsFixture trainingOn() {
        ShardsFixture shards =
                new ShardsFixture(
                        StudyFixture.sharded(fixture(), 2, StudyFixture.overlapping(4)), SAMPLES);
        TrainingShard first = shards.shards.get(0);
        while (!first.rounds.hasContributed()) {
            shards.giveNext(0);
        }
        long contributedAt = first.counters().batches();
        while (first.counters().batches() < contributedAt + 2) {
            shards.giveNext(0);
        }
        return shards;
    }

    /** A shard as it was when the file of version 4 was written. */
    static TrainingShard continual() {
        TrainingShard shard = new TrainingShard(fixture().with(TECHNIQUES).spec(), 0);
        SAMPLES.subList(0, TAKEN).forEach(shard::accept);
        return shard;
    }

    /** A shard as it was when the file of version 5 was written. */
    static TrainingShard controlled() {
        ControlsFixture controls = new ControlsFixture();
        ShardLogs none = ShardLogs.NONE;
        TrainingShard shard =
                new TrainingShard(
                        fixture().spec(),
                        0,
                        new ShardLogs(
                                "golden",
                                none.sink(),
                                none.contributions(),
                                none.samples(),
                                controls.sink(0)));
        SAMPLES.subList(0, TAKEN - 20).forEach(shard::accept);
        controls.ask("rate", 2.5e-3);
        controls.tell(shard);
        SAMPLES.subList(TAKEN - 20, TAKEN).forEach(shard::accept);
        controls.ask("pause", ControlKind.PAUSE);
        controls.ask("another rate", 1e-3);
        controls.ask("resume", ControlKind.RESUME);
        for (int record = 0; record < 4; record++) {
            controls.tellNext(shard);
        }
        SAMPLES.subList(TAKEN, TAKEN + BACKLOG).forEach(shard::accept);
        return shard;
    }

    public static void main(String[] arguments) throws IOException {
        Path file = Path.of("operators/src/test/resources/io/penstock/training").resolve(VERSION_5);
        Files.createDirectories(file.getParent());
        if (Files.exists(file)) {
            throw new IOException(file + " exists; golden files are never replaced");
        }
        try (TrainingShard shard = controlled();
                OutputStream out = Files.newOutputStream(file)) {
            TrainerState.write(shard, out);
        }
        System.out.println("wrote " + file + ", " + Files.size(file) + " bytes");
    }
}
