package io.penstock.report;

import static io.penstock.report.FieldPictureTest.count;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;
import static org.assertj.core.api.Assertions.withinPercentage;

import java.awt.Color;
import java.awt.image.BufferedImage;
import java.util.List;
import java.util.stream.IntStream;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;

class ChartsTest {
    @Test
    void drawsALineForEveryLoss() {
        BufferedImage image = LossCurves.of(SampleRun.history()).image();
        assertThat(pixels(image, ChartStyle.BLUE)).isGreaterThan(1000);
        assertThat(pixels(image, ChartStyle.VERMILLION)).isGreaterThan(1000);
        assertThat(pixels(image, ChartStyle.GREEN)).isGreaterThan(1000);
        assertThat(pixels(image, ChartStyle.GREY)).as("axes").isGreaterThan(1000);
    }

    @Test
    void drawsExponentialDecayAsAStraightLine() {
        TrainingHistory history = new TrainingHistory();
        for (int i = 0; i <= 100; i++) {
            history.add(SampleRun.report(i, i).setLoss(Math.exp(-0.1 * i)).build());
        }
        BufferedImage image = LossCurves.of(history).image();
        // The legend is to the right of the plot.
        int[] columns =
                IntStream.range(0, image.getWidth() * 3 / 4)
                        .filter(x -> height(image, x) >= 0)
                        .toArray();
        int first = columns[0];
        int last = columns[columns.length - 1];
        double middle = height(image, (first + last) / 2);
        assertThat(middle).isCloseTo((height(image, first) + height(image, last)) / 2, within(4.0));
        assertThat(height(image, first)).isLessThan(height(image, last) - 300);
    }

    @Test
    void leavesOutLossesThatALogarithmCannotShow() {
        TrainingHistory history = new TrainingHistory();
        history.add(SampleRun.report(1, 1).setLoss(Double.NaN).build());
        history.add(SampleRun.report(2, 2).setLoss(0.0).build());
        history.add(SampleRun.report(3, 3).setLoss(Double.POSITIVE_INFINITY).build());
        assertThat(pixels(LossCurves.of(history).image(), ChartStyle.BLUE)).isZero();
        history.add(SampleRun.report(4, 4).setLoss(0.5).build());
        Picture picture = LossCurves.of(history);
        assertThat(pixels(picture.image(), ChartStyle.BLUE)).as("one point").isPositive();
        assertThat(picture.text()).contains("Last training: 0.5.");
    }

    @Test
    void showsAValidationWhereItBegan() {
        TrainingHistory history = new TrainingHistory();
        for (int i = 1; i <= 6; i++) {
            history.add(
                    SampleRun.report(i, 10L * i)
                            .setValidationBatch(i < 4 ? 5L : 35L)
                            .setValidationLoss(i < 4 ? 0.5 : 0.25)
                            .build());
        }
        assertThat(LossCurves.of(history).text()).endsWith("Last validation: 0.25.");
    }

    @Test
    void drawsTheReservoirWithItsCapacityAndThreshold() {
        TrainingHistory history = SampleRun.history();
        BufferedImage with = ReservoirCurves.of(history, SampleRun.START, 400).image();
        BufferedImage without = ReservoirCurves.of(history, SampleRun.START, null).image();
        assertThat(pixels(with, ChartStyle.BLUE)).isGreaterThan(1000);
        assertThat(pixels(with, ChartStyle.VERMILLION)).isGreaterThan(1000);
        assertThat(pixels(with, ChartStyle.GREY))
                .as("dots of the threshold")
                .isGreaterThan(pixels(without, ChartStyle.GREY) + 300);
    }

    @Test
    void drawsALineForEveryShard() {
        TrainingHistory one = new TrainingHistory();
        TrainingHistory two = new TrainingHistory();
        for (int i = 1; i < 50; i++) {
            one.add(SampleRun.report(i, i).setReservoirSeen(500).build());
            two.add(SampleRun.report(i, i).setReservoirSeen(500).build());
            two.add(SampleRun.report(i, i).setShard(1).setReservoirSeen(900).build());
        }
        long single = pixels(ReservoirCurves.of(one, SampleRun.START, 1).image(), ChartStyle.BLUE);
        assertThat(pixels(ReservoirCurves.of(two, SampleRun.START, 1).image(), ChartStyle.BLUE))
                .isGreaterThan(single * 3 / 2);
    }

    @Test
    void drawsTheLimitsOfShardsOnce() {
        long one = pixels(reservoir(SampleRun.history(1)), ChartStyle.INK);
        assertThat((double) pixels(reservoir(SampleRun.history(8)), ChartStyle.INK))
                .as("dashes and letters")
                .isCloseTo(one, withinPercentage(3));
    }

    private static BufferedImage reservoir(TrainingHistory history) {
        return ReservoirCurves.of(history, SampleRun.START, 400).image();
    }

    @Test
    void leavesTheValidationOfManyShardsAThickLine() {
        long one = pixels(LossCurves.of(SampleRun.history(1)).image(), ChartStyle.GREEN);
        assertThat((double) pixels(LossCurves.of(SampleRun.history(8)).image(), ChartStyle.GREEN))
                .isCloseTo(one, withinPercentage(10));
    }

    @Test
    void saysWhichShardALossIsOf() {
        TrainingHistory history = new TrainingHistory();
        history.add(
                SampleRun.report(1, 1)
                        .setShards(2)
                        .setLoss(0.5)
                        .setValidationBatch(1L)
                        .setValidationLoss(0.75)
                        .build());
        history.add(SampleRun.report(1, 1).setShards(2).setShard(1).setLoss(0.25).build());
        Picture picture = LossCurves.of(history);
        assertThat(picture.text())
                .endsWith(" Last training: 0.5 (shard 0), 0.25 (shard 1). Last validation: 0.75.");
        assertThat(picture.caption()).contains("a line for each shard");
    }

    @Test
    void drawsBarsInProportion() {
        TrainingHistory history = new TrainingHistory();
        history.add(
                SampleRun.report(1, 1)
                        .setDrawsPerSample(List.of(0L, 30L, 10L, 0L))
                        .setDrawsTotal(50)
                        .setDrawsMin(1)
                        .setDrawsMax(2)
                        .build());
        Picture picture = DrawsHistogram.of(history);
        assertThat(picture.text()).startsWith("Draws per sample: mean 1.25, fewest 1, most 2.");
        long[] bars =
                IntStream.range(0, picture.image().getWidth())
                        .mapToLong(x -> column(picture.image(), x))
                        .filter(pixels -> pixels > 20)
                        .toArray();
        long highest = LongStream.of(bars).max().getAsLong();
        long lowest = LongStream.of(bars).min().getAsLong();
        assertThat((double) highest / lowest).isCloseTo(3, within(0.1));
    }

    @Test
    void labelsABucketAsOpenOnlyWhenItHoldsMoreThanItsNumber() {
        DrawsHistogram.Buckets closed = buckets(0, 5, 4, 0, 0);
        assertThat(closed.labels()).containsExactly("1", "2", "3", "4");
        assertThat(closed.counts()).containsExactly(5L, 4L, 0L, 0L);
        DrawsHistogram.Buckets open = buckets(0, 5, 4, 3);
        assertThat(open.labels()).containsExactly("1", "2", "≥ 3");
        long[] ones = LongStream.generate(() -> 1).limit(41).toArray();
        DrawsHistogram.Buckets tail = buckets(ones);
        assertThat(tail.labels()).hasSize(30).endsWith("28", "≥ 29");
        assertThat(tail.counts()).endsWith(1L, 12L);
    }

    private static DrawsHistogram.Buckets buckets(long... histogram) {
        List<Long> counts = LongStream.of(histogram).boxed().toList();
        return DrawsHistogram.buckets(
                List.of(SampleRun.report(1, 1).setDrawsPerSample(counts).build()));
    }

    @Test
    void saysThatThereIsNoDataYet() {
        TrainingHistory empty = new TrainingHistory();
        for (Picture picture :
                List.of(
                        LossCurves.of(empty),
                        ReservoirCurves.of(empty, SampleRun.START, 1),
                        DrawsHistogram.of(empty))) {
            BufferedImage image = picture.image();
            assertThat(pixels(image, ChartStyle.GREY)).as(picture.name()).isGreaterThan(100);
            assertThat(pixels(image, ChartStyle.BLUE)).as(picture.name()).isZero();
        }
    }

    @Test
    void thinsLongHistoriesButKeepsTheLastPoint() {
        TrainingHistory history = new TrainingHistory();
        for (int i = 1; i <= 10_000; i++) {
            history.add(SampleRun.report(i, i).setLoss(1.0 / i).build());
        }
        Curve curve = Curve.of(history.rows(), r -> r.getBatches(), r -> r.getLoss());
        assertThat(curve.x()).hasSizeBetween(1000, 1500).isSorted().endsWith(10_000);
        assertThat(curve.last()).isEqualTo(1e-4);
    }

    private static long pixels(BufferedImage image, Color colour) {
        return count(image, colour.getRGB() & 0xFFFFFF);
    }

    /** Mean height of the blue pixels of a column, -1 when it has none. */
    private static double height(BufferedImage image, int x) {
        return IntStream.range(0, image.getHeight())
                .filter(y -> image.getRGB(x, y) == ChartStyle.BLUE.getRGB())
                .average()
                .orElse(-1);
    }

    private static long column(BufferedImage image, int x) {
        return IntStream.range(0, image.getHeight())
                .filter(y -> image.getRGB(x, y) == ChartStyle.BLUE.getRGB())
                .count();
    }
}
