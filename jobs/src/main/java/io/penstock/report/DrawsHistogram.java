package io.penstock.report;

import io.penstock.schemas.TrainingReport;
import java.awt.Color;
import java.awt.image.BufferedImage;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.stream.IntStream;
import org.knowm.xchart.CategoryChart;

/** How often samples were drawn before they left the reservoir, as bars. */
final class DrawsHistogram {
    private static final String TITLE = "Draws per sample";
    private static final int MOST_BARS = 30;
    private static final int FEWEST_BARS = 8;

    private DrawsHistogram() {}

    static Picture of(TrainingHistory history) {
        RunReport.DrawsPerSample draws = history.totals().drawsPerSample();
        Double mean = draws.mean();
        if (mean == null) {
            return picture(TITLE + ": no sample has left the reservoir.", ChartStyle.noData(TITLE));
        }
        String title = TITLE + ": mean " + String.format(Locale.ROOT, "%.2f", mean);
        String text = "%s, fewest %d, most %d.".formatted(title, draws.min(), draws.max());
        return picture(text, ChartStyle.image(chart(title, buckets(history.latest().reports()))));
    }

    private static Picture picture(String text, BufferedImage image) {
        return new Picture(
                "draws",
                "Samples that have left the reservoir, by how often they were drawn.",
                text,
                image);
    }

    private static CategoryChart chart(String title, Buckets buckets) {
        CategoryChart chart = new CategoryChart(ChartStyle.WIDTH, ChartStyle.HEIGHT);
        chart.setTitle(title);
        chart.setXAxisTitle("draws of a sample");
        chart.setYAxisTitle("samples");
        ChartStyle.apply(chart.getStyler());
        chart.getStyler().setAvailableSpaceFill(0.86);
        chart.getStyler()
                .setPlotGridVerticalLinesVisible(false)
                .setLegendVisible(false)
                .setSeriesColors(new Color[] {ChartStyle.BLUE});
        chart.addSeries("samples", buckets.labels(), buckets.counts());
        return chart;
    }

    record Buckets(List<String> labels, List<Long> counts) {}

    /** The buckets from the first to the last that is not empty; a long tail shares the last. */
    static Buckets buckets(List<TrainingReport> latest) {
        long[] counts = sum(latest);
        int[] filled = IntStream.range(0, counts.length).filter(k -> counts[k] > 0).toArray();
        int first = filled[0];
        int last = filled[filled.length - 1];
        // The last bucket of the record is open by its definition.
        boolean open = last == counts.length - 1 || last >= first + MOST_BARS;
        last = Math.max(last, Math.min(first + FEWEST_BARS, counts.length) - 1);
        last = Math.min(last, first + MOST_BARS - 1);
        List<String> labels = new ArrayList<>();
        List<Long> bars = new ArrayList<>();
        for (int k = first; k <= last; k++) {
            labels.add(open && k == last ? "≥ " + k : Integer.toString(k));
            bars.add(k == last ? Arrays.stream(counts, k, counts.length).sum() : counts[k]);
        }
        return new Buckets(labels, bars);
    }

    private static long[] sum(List<TrainingReport> latest) {
        int longest = latest.stream().mapToInt(r -> r.getDrawsPerSample().size()).max().orElse(0);
        long[] counts = new long[longest];
        for (TrainingReport report : latest) {
            for (int k = 0; k < report.getDrawsPerSample().size(); k++) {
                counts[k] += report.getDrawsPerSample().get(k);
            }
        }
        return counts;
    }
}
