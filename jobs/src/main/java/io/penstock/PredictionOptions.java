package io.penstock;

import io.penstock.serving.BatchBounds;
import io.penstock.serving.PromotionGate;
import io.penstock.setting.Check;
import io.penstock.setting.InvalidSettingException;
import io.penstock.study.Durations;
import java.nio.file.Path;
import java.time.Duration;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** What a command line says of serving: the same for the command and for a submitted job. */
public final class PredictionOptions {
    private static final Pattern PERCENT = Pattern.compile("(\\d{1,6}(\\.\\d{1,6})?) ?%");

    @Parameters(
            paramLabel = "STUDY",
            description = {
                "The name of a study whose model is published, or its study file (YAML), or a"
                        + " study that comes with Penstock.",
                "Of a file only the name and the section kafka are used."
            })
    private String study = "";

    @Option(
            names = "--kafka",
            paramLabel = "HOST:PORT",
            description = "The Kafka brokers, instead of the study's.")
    private @Nullable String kafka;

    @Option(
            names = "--topic-prefix",
            paramLabel = "PREFIX",
            description = "What stands before the name of each topic, instead of the study's.")
    private @Nullable String prefix;

    @Option(
            names = "--client-config",
            paramLabel = "FILE",
            description =
                    "Java properties file with further settings of all Kafka clients, such as"
                            + " security, instead of the study's.")
    private @Nullable Path clientConfig;

    @Option(
            names = "--batch",
            paramLabel = "N",
            description = "Most requests answered in one forward. Default: 64.")
    private int batch = BatchBounds.DEFAULT.most();

    @Option(
            names = "--latency",
            paramLabel = "TIME",
            description =
                    "How long a request waits for others to be answered with, from when it was"
                            + " sent. Default: 5ms.")
    private String latency = Durations.format(BatchBounds.DEFAULT.latency());

    @Option(
            names = "--gate",
            paramLabel = "PERCENT|off",
            description =
                    "How much worse than the served one a version's validation loss may be."
                            + " Default: 10%%.")
    private String gate = "10%";

    @Option(
            names = "--parallelism",
            paramLabel = "N",
            description = "Subtasks that answer, each with a model of its own. Default: 1.")
    private int parallelism = 1;

    /**
     * How to answer.
     *
     * @throws InvalidSettingException if a value is not allowed; its key is that of the option
     */
    public PredictionJob.How how() {
        return new PredictionJob.How(new BatchBounds(batch, latency()), gate(gate), parallelism);
    }

    private Duration latency() {
        return Durations.parse(latency)
                .orElseThrow(
                        () ->
                                new InvalidSettingException(
                                        "latency", latency, "a time such as 5ms or 1s"));
    }

    /** Reads {@code 10%} or {@code off}. */
    static PromotionGate gate(String text) {
        Matcher percent = PERCENT.matcher(text);
        Check.that(
                text.equals("off") || percent.matches(),
                "gate",
                text,
                "a share such as 10%, or off");
        return text.equals("off")
                ? PromotionGate.OFF
                : new PromotionGate(Double.parseDouble(percent.group(1)) / 100);
    }

    /**
     * What is served.
     *
     * @throws InvalidSettingException if a value is not allowed
     * @throws io.penstock.study.StudyException if there is no such study file, or no brokers
     */
    public PredictionTarget target() {
        return PredictionTarget.of(study, kafka, prefix, clientConfig);
    }
}
