package io.penstock.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.penstock.report.SampleRun;
import io.penstock.schemas.EventKind;
import io.penstock.schemas.InputOffset;
import io.penstock.schemas.ModelUpdate;
import io.penstock.schemas.Phase;
import io.penstock.schemas.RejectedSample;
import io.penstock.schemas.RejectionCause;
import io.penstock.schemas.SimulationEvent;
import io.penstock.schemas.SimulationRequest;
import io.penstock.schemas.TrainingReport;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class StudyViewTest {
    private final StudyView view = new StudyView("heat");

    private StudyStatus status() {
        return view.status(Map.of(0, 100L, 1, 40L));
    }

    private static TrainingReport.Builder report(int shard, int shards, long batches) {
        return SampleRun.report(20, batches).setShard(shard).setShards(shards);
    }

    private void happens(EventKind kind, long simulation, long millis) {
        view.ensemble()
                .happened(
                        SimulationEvent.newBuilder()
                                .setStudy("heat")
                                .setKind(kind)
                                .setSimulation(simulation)
                                .setGivenUp(simulation == 9)
                                .build(),
                        millis);
    }

    private void requested(long simulation, long millis) {
        view.ensemble()
                .requested(
                        SimulationRequest.newBuilder()
                                .setStudy("heat")
                                .setSimulation(simulation)
                                .setParameters(List.of())
                                .setProposedBy("halton")
                                .build(),
                        millis);
    }

    static ModelUpdate.Builder model(long version) {
        return ModelUpdate.newBuilder()
                .setStudy("heat")
                .setVersion(version)
                .setModel("{}")
                .setMetrics(Map.of("validationLoss", 0.25))
                .setInputOffsets(
                        List.of(
                                new InputOffset("solver-outputs", 0, 59L),
                                new InputOffset("solver-outputs", 1, 39L)))
                .setShardProgress(List.of())
                .setWeightsBytes(10)
                .setWeightsSha256("00")
                .setTimestampMillis(1000 * version);
    }

    static RejectedSample rejected(long offset, RejectionCause cause) {
        return RejectedSample.newBuilder()
                .setStudy("heat")
                .setCause(cause)
                .setReason("it was " + cause)
                .setTopic("solver-outputs")
                .setPartition(0)
                .setOffset(offset)
                .setSimulation(offset == 7 ? null : (Long) offset)
                .setTimeStep(null)
                .setOriginalBytes(2000)
                .setOriginal(ByteBuffer.wrap(new byte[] {1, 2, (byte) offset}))
                .setTimestampMillis(1_772_359_200_000L + offset)
                .build();
    }

    @Test
    void nothingIsKnownAtFirst() {
        assertThat(status().phase()).isNull();
        assertThat(StatusText.of(status(), 0))
                .containsExactly("study heat: no report of a training yet", "  rejected   none");
    }

    @Test
    void shardsAreWhatTheyReportedLast() {
        view.report(report(0, 2, 10).build());
        view.report(report(1, 2, 0).build());
        view.report(report(0, 2, 30).setLoss(0.5).build());

        assertThat(status().shards()).extracting(shard -> shard.learning().batches()).contains(30L);
        assertThat(status().phase()).as("of the slowest").isEqualTo("filling");
        assertThat(StatusText.of(status(), SampleRun.report(20, 0).getTimestampMillis() + 1500))
                .startsWith("study heat: filling, last report 1.5 s ago")
                .anyMatch(line -> line.matches(" +0 +training +30 +5.00e-01 +- +- +1.00e-03.*"));
    }

    @Test
    void shardsOfAnEarlierRunWithMoreOfThemAreForgotten() {
        for (int shard = 0; shard < 4; shard++) {
            view.report(report(shard, 4, 10).setPhase(Phase.FINISHED).build());
        }
        view.report(report(0, 2, 0).build());
        view.report(report(1, 2, 0).build());
        assertThat(status().shards()).extracting(StudyStatus.Shard::shard).containsExactly(0, 1);
    }

    @Test
    void simulationsAreWhereTheyWereLastSaidToBe() {
        for (long simulation = 0; simulation < 10; simulation++) {
            requested(simulation, 1);
        }
        happens(EventKind.STARTED, 0, 2);
        happens(EventKind.HEARTBEAT, 0, 3);
        happens(EventKind.STARTED, 1, 2);
        happens(EventKind.FINISHED, 1, 3);
        happens(EventKind.FAILED, 2, 3);
        happens(EventKind.FAILED, 9, 3);
        happens(EventKind.ENSEMBLE_FINISHED, -1, 9);
        assertThat(status().ensemble()).isEqualTo(new StudyStatus.Ensemble(6, 1, 1, 1, 1));

        requested(1, 10);
        assertThat(status().ensemble())
                .as("requested again by a second run")
                .isEqualTo(new StudyStatus.Ensemble(7, 1, 0, 1, 1));
    }

    @Test
    void lagIsWhatCameAfterTheLastVersionWasMade() {
        assertThat(status().data().lag()).isNull();
        view.published(model(3).build());
        assertThat(status().data().lag()).isEqualTo(40);
        assertThat(StatusText.of(status(), 63_000))
                .contains("  model      version 3 published 60.0 s ago")
                .anyMatch(line -> line.startsWith("  lag        at most 40 records"));
    }

    @Test
    void rejectionsAreCountedOnceForEachPlace() {
        view.rejected(rejected(1, RejectionCause.EMPTY));
        view.rejected(rejected(1, RejectionCause.EMPTY));
        view.rejected(rejected(2, RejectionCause.WRONG_SHAPE));
        assertThat(status().data().rejected())
                .containsOnly(Map.entry("EMPTY", 1L), Map.entry("WRONG_SHAPE", 1L));
        assertThat(StatusText.of(status(), 0)).contains("  rejected   1 EMPTY, 1 WRONG_SHAPE");
    }

    @Test
    void agesAreInTheirLargestUnit() {
        assertThat(StatusText.age(-5)).isEqualTo("0.0 s");
        assertThat(StatusText.age(99_900)).isEqualTo("99.9 s");
        assertThat(StatusText.age(600_000)).isEqualTo("10 min");
        assertThat(StatusText.age(7_200_000)).isEqualTo("2 h");
        assertThat(StatusText.age(864_000_000)).isEqualTo("10 d");
    }

    @Test
    void newestRejectionsOfACauseAreShownAndAllAreCounted() {
        Rejections rejections = new Rejections(RejectionCause.EMPTY, 2);
        for (long offset = 5; offset < 9; offset++) {
            rejections.add(rejected(offset, RejectionCause.EMPTY));
            rejections.add(rejected(offset, RejectionCause.EMPTY));
        }
        rejections.add(rejected(10, RejectionCause.OTHER));

        assertThat(rejections.lines())
                .containsExactly(
                        "rejected              cause  place               simulation  step      size"
                                + "  reason",
                        "2026-03-01T10:00:00Z  EMPTY  solver-outputs-0@7           -     -  1.95"
                                + " KiB  it was EMPTY",
                        "2026-03-01T10:00:00Z  EMPTY  solver-outputs-0@8           8     -  1.95"
                                + " KiB  it was EMPTY",
                        "",
                        "cause  records",
                        "EMPTY        4",
                        "OTHER        1");
        assertThat(new Rejections(null, 2).lines()).containsExactly("none");
    }
}
