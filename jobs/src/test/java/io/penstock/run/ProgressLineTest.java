package io.penstock.run;

import static org.assertj.core.api.Assertions.assertThat;

import io.penstock.report.SampleRun;
import io.penstock.report.TrainingHistory;
import io.penstock.schemas.Phase;
import io.penstock.schemas.TrainingReport;
import java.io.PrintWriter;
import java.io.StringWriter;
import org.junit.jupiter.api.Test;

class ProgressLineTest {
    private final TrainingHistory history = new TrainingHistory();

    @Test
    void showsWhatTheOnlyShardReports() {
        history.add(report(0, 1).setLoss(0.25).build());
        assertThat(line())
                .isEqualTo(
                        "01:05  simulations 0/40  samples 1,320  batches 1,200  loss 2.50e-01"
                                + "  validation -  reservoir 700 seen + 60 unseen"
                                + "  150 samples/s  training");
    }

    @Test
    void addsUpWhatShardsReport() {
        history.add(
                report(0, 2)
                        .setLoss(0.25)
                        .setRounds(12)
                        .setValidationBatch(1000L)
                        .setValidationLoss(0.5)
                        .build());
        history.add(report(1, 2).setLoss(0.75).setRounds(12).setPhase(Phase.DRAINING).build());
        assertThat(line())
                .isEqualTo(
                        "01:05  simulations 0/40  samples 2,640  batches 2,400  rounds 12"
                                + "  loss 5.00e-01  validation 5.00e-01"
                                + "  reservoir 1,400 seen + 120 unseen"
                                + "  300 samples/s  training");
    }

    @Test
    void showsTheTimeBeforeTheFirstReport() {
        assertThat(line()).isEqualTo("01:05  simulations 0/40");
    }

    private String line() {
        StringWriter out = new StringWriter();
        ProgressLine line = new ProgressLine(new PrintWriter(out), false, 40, 0);
        line.show(new RunProgress("heat", history), 65_000_000_000L);
        return out.toString().strip();
    }

    private static TrainingReport.Builder report(int shard, int shards) {
        return SampleRun.report(20, 1200)
                .setShard(shard)
                .setShards(shards)
                .setInserts(1160)
                .setReservoirSeen(700)
                .setReservoirUnseen(60)
                .setSamplesPerSecond(150);
    }
}
