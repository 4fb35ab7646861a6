package io.penstock.e2e;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.penstock.e2e.cluster.Await;
import io.penstock.schemas.ModelUpdate;
import io.penstock.schemas.Prediction;
import io.penstock.schemas.ServingEvent;
import io.penstock.schemas.ServingEventKind;
import io.penstock.serving.ServedModel;
import io.penstock.serving.ServingControl;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.LongStream;
import org.apache.flink.api.common.JobID;
import org.apache.flink.api.common.JobStatus;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The prediction job with a broker and a Flink cluster. */
class ServingITCase {
    private static final int SWAPS = 100;

    @TempDir Path folder;

    /** Asks without a break in a thread of its own. */
    private static final class Load implements AutoCloseable {
        private final AtomicBoolean over = new AtomicBoolean();
        private final AtomicLong asked = new AtomicLong();
        private final CompletableFuture<Void> thread;

        Load(TestCluster cluster) {
            thread =
                    CompletableFuture.runAsync(
                            () -> {
                                try {
                                    while (!over.get()) {
                                        long number = asked.get();
                                        ServedStudy.ask(cluster, number, number + 1);
                                        asked.incrementAndGet();
                                    }
                                } catch (Exception e) {
                                    throw new AssertionError(e);
                                }
                            });
        }

        /** Ends it, and says how many were asked. */
        int end() throws Exception {
            over.set(true);
            thread.get(60, TimeUnit.SECONDS);
            return Math.toIntExact(asked.get());
        }

        void awaitMore(int more) throws InterruptedException {
            long goal = asked.get() + more;
            while (asked.get() < goal && !thread.isDone()) {
                Thread.sleep(5);
            }
        }

        @Override
        public void close() {
            over.set(true);
        }
    }

    private static void assertEachAnsweredOnce(List<Prediction> answers, int asked) {
        assertThat(answers).allMatch(answer -> answer.getError() == null);
        assertThat(answers.stream().map(Prediction::getRequestOffset).sorted().toList())
                .isEqualTo(LongStream.range(0, asked).boxed().toList());
        assertThat(answers)
                .allMatch(
                        answer -> answer.getId().equals(Long.toString(answer.getRequestOffset())));
    }

    private static void assertPredictedByTheVersionsTheyName(List<Prediction> answers)
            throws Exception {
        Set<Long> versions = new HashSet<>();
        answers.forEach(answer -> versions.add(answer.getModelVersion()));
        for (long version : versions) {
            try (ServedModel model = ServedModel.load(ServedStudy.version(version))) {
                answers.stream()
                        .filter(answer -> answer.getModelVersion() == version)
                        .forEach(
                                answer ->
                                        assertThat(ServedStudy.values(answer))
                                                .containsExactly(
                                                        ServedStudy.expected(
                                                                model,
                                                                ServedStudy.request(
                                                                        answer.getRequestOffset())),
                                                        within(1e-2f)));
            }
        }
    }

    @Test
    void aHundredSwapsUnderLoadLoseAndRepeatNothing() throws Exception {
        try (TestCluster cluster = new TestCluster(folder, 1, 2);
                Load load = new Load(cluster)) {
            ServedStudy.serve(cluster, folder.resolve("checkpoints"), 2);
            for (int version = 1; version <= SWAPS; version++) {
                ServedStudy.publish(cluster, ServedStudy.version(version));
                ServedStudy.awaitEvents(cluster, ServingEventKind.SERVED, version, 2);
            }
            int asked = load.end();
            List<Prediction> answers = ServedStudy.awaitAnswers(cluster, asked);
            assertEachAnsweredOnce(answers, asked);
            assertPredictedByTheVersionsTheyName(answers);
            assertThat(answers.stream().map(Prediction::getModelVersion).distinct().count())
                    .as("versions that answered, while %d requests were asked", asked)
                    .isGreaterThan(SWAPS / 2);
        }
    }

    @Test
    void lostTaskManagersLoseAndRepeatNothing() throws Exception {
        try (TestCluster cluster = new TestCluster(folder, 1, 2);
                Load load = new Load(cluster)) {
            ServedStudy.serve(cluster, folder.resolve("checkpoints"), 2);
            ServedStudy.publish(cluster, ServedStudy.version(1));
            ServedStudy.awaitEvents(cluster, ServingEventKind.SERVED, 1, 2);
            for (int failure = 1; failure <= 3; failure++) {
                load.awaitMore(300);
                ServedStudy.publish(cluster, ServedStudy.version(1 + failure));
                cluster.flink.terminateTaskManager(failure - 1).get();
                cluster.flink.startTaskManager();
                ServedStudy.awaitEvents(cluster, ServingEventKind.SERVED, 1 + failure, 2);
            }
            load.awaitMore(300);
            int asked = load.end();
            List<Prediction> answers = ServedStudy.awaitAnswers(cluster, asked);
            assertEachAnsweredOnce(answers, asked);
            assertPredictedByTheVersionsTheyName(answers);
        }
    }

    @Test
    void aJobThatBeginsAfreshGoesOnWhereTheLastOneLeftOff() throws Exception {
        try (TestCluster cluster = new TestCluster(folder, 1, 1)) {
            ServedStudy.publish(cluster, ServedStudy.version(1));
            JobID stopped = ServedStudy.serve(cluster, folder.resolve("first"), 1);
            ServedStudy.ask(cluster, 0, 50);
            ServedStudy.awaitAnswers(cluster, 50);
            cluster.stop(stopped, folder.resolve("savepoint"));
            ServedStudy.ask(cluster, 50, 100);
            JobID killed = ServedStudy.serve(cluster, folder.resolve("second"), 1);
            ServedStudy.awaitAnswers(cluster, 100);
            cluster.flink.cancelJob(killed).get();
            Await.until(
                    "end of the job",
                    Duration.ofSeconds(120),
                    () -> cluster.flink.getJobStatus(killed).get() == JobStatus.CANCELED);
            ServedStudy.ask(cluster, 100, 150);
            ServedStudy.serve(cluster, folder.resolve("third"), 1);
            assertEachAnsweredOnce(ServedStudy.awaitAnswers(cluster, 150), 150);
            ServedStudy.ask(cluster, 150, 151);
            assertEachAnsweredOnce(ServedStudy.awaitAnswers(cluster, 151), 151);
        }
    }

    /** They lie in the state of the job that read them, before what it has committed. */
    @Test
    void requestsThatWaitedForTheFirstVersionWhenTheJobWasStoppedAreAnsweredByTheNext()
            throws Exception {
        try (TestCluster cluster = new TestCluster(folder, 1, 1)) {
            JobID stopped = ServedStudy.serve(cluster, folder.resolve("first"), 1);
            ServedStudy.ask(cluster, 0, 20);
            cluster.send(cluster.topics.predictionRequests(), "none", new byte[] {1});
            ServedStudy.awaitAnswers(cluster, 1); // The fault, behind what waits.
            cluster.stop(stopped, folder.resolve("savepoint"));
            ServedStudy.publish(cluster, ServedStudy.version(1));
            ServedStudy.serve(cluster, folder.resolve("second"), 1);
            ServedStudy.ask(cluster, 20, 25);
            assertThat(ServedStudy.awaitAnswers(cluster, 26))
                    .extracting(Prediction::getRequestOffset)
                    .containsExactlyInAnyOrderElementsOf(LongStream.range(0, 26).boxed().toList());
        }
    }

    @Test
    void badVersionsAreRefusedAndOneCanGoBack() throws Exception {
        try (TestCluster cluster = new TestCluster(folder, 1, 1);
                ServingControl control = new ServingControl(cluster.kafka, cluster.topics)) {
            ServedStudy.serve(cluster, folder.resolve("checkpoints"), 1);
            for (int version = 1; version <= 2; version++) {
                ServedStudy.publish(cluster, ServedStudy.version(version));
                ServedStudy.awaitEvents(cluster, ServingEventKind.SERVED, version, 1);
            }
            ModelUpdate damaged = ServedStudy.version(3);
            damaged.setWeightsSha256("00");
            ServedStudy.publish(cluster, damaged);
            ModelUpdate missing = ServedStudy.version(4);
            missing.setWeights(null);
            missing.setWeightsUri(folder.resolve("none").toUri().toString());
            ServedStudy.publish(cluster, missing);
            cluster.send(cluster.topics.modelUpdates(), "garbage", new byte[] {1, 2, 3});
            ServedStudy.awaitEvents(cluster, ServingEventKind.REFUSED, 4, 1);
            assertThat(ServedStudy.events(cluster, ServingEventKind.REFUSED))
                    .extracting(ServingEvent::getVersion)
                    .containsSubsequence(4L)
                    .isSubsetOf(3L, 4L);
            assertAnsweredBy(cluster, 2, 0);

            control.rollback(ServedStudy.NAME, ServingControl.PREVIOUS, "the test");
            ServedStudy.awaitEvents(cluster, ServingEventKind.SERVED, 1, 2);
            ServedStudy.publish(cluster, ServedStudy.version(5));
            assertAnsweredBy(cluster, 1, 10);
            control.follow(ServedStudy.NAME, "the test");
            ServedStudy.awaitEvents(cluster, ServingEventKind.SERVED, 5, 1);
            assertAnsweredBy(cluster, 5, 20);
            control.rollback(ServedStudy.NAME, 77, "the test");
            ServedStudy.awaitEvents(cluster, ServingEventKind.REFUSED, 77, 1);
        }
    }

    private static void assertAnsweredBy(TestCluster cluster, long version, int from)
            throws Exception {
        ServedStudy.ask(cluster, from, from + 10);
        List<Prediction> answers = ServedStudy.awaitAnswers(cluster, from + 10);
        assertThat(answers.subList(from, from + 10))
                .allMatch(answer -> answer.getModelVersion() == version);
    }
}
