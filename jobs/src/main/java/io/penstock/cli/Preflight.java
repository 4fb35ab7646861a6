package io.penstock.cli;

import io.penstock.setting.InvalidSettingException;
import io.penstock.study.MachineMemory;
import io.penstock.study.MemoryNeed;
import io.penstock.study.Study;
import io.penstock.study.StudyFile;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Properties;
import org.jspecify.annotations.Nullable;

/** All that can be known to be wrong before anything is started. */
final class Preflight {
    /** How long a broker or a cluster may take to answer. */
    private static final Duration PATIENCE = Duration.ofSeconds(10);

    private Preflight() {}

    /**
     * Checks memory, output folder, brokers and cluster.
     *
     * @throws io.penstock.study.StudyException if the study does not fit
     * @throws UsageException if its surroundings do not
     */
    static void check(StudyFile file, Study study, @Nullable String flink) {
        try {
            if (flink == null) {
                MemoryNeed.of(study).check(study, MachineMemory.here());
            }
        } catch (InvalidSettingException e) {
            throw file.invalid(e);
        }
        Properties client = clientConfig(file, study);
        makeWritable(study.output().folder());
        if (study.kafka().bootstrapServers() != null) {
            Endpoints.requireKafka(client, PATIENCE, Endpoints.orEmbedded("Kafka"));
        }
        if (flink != null) {
            Endpoints.requireFlink(flink, PATIENCE);
        }
    }

    /**
     * Requires the brokers of a study to answer.
     *
     * @return the settings of its Kafka clients
     */
    static Properties requireKafka(StudyFile file, Study study) {
        Properties client = clientConfig(file, study);
        Endpoints.requireKafka(client, PATIENCE);
        return client;
    }

    /** The settings of the Kafka clients of a study; a file it names must be readable. */
    static Properties clientConfig(StudyFile file, Study study) {
        try {
            return study.kafka().clientConfig();
        } catch (InvalidSettingException e) {
            throw file.invalid(
                    new InvalidSettingException("kafka." + e.key(), e.value(), e.allowed()));
        }
    }

    /** Creates the folder where it is missing and tries to write into it. */
    private static void makeWritable(Path folder) {
        try {
            Files.createDirectories(folder);
            // Permission bits do not tell about read-only mounts, quotas or the superuser.
            Files.delete(Files.createTempFile(folder, ".writable-", ""));
        } catch (IOException e) {
            throw new UsageException(
                    "the output folder "
                            + folder.toAbsolutePath()
                            + " cannot be written ("
                            + e
                            + "); name another one with --out or output.folder",
                    e);
        }
    }
}
