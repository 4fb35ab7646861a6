package io.penstock.report;

import io.penstock.schemas.TrainingReport;
import java.awt.BasicStroke;
import java.awt.Color;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.knowm.xchart.XYChart;

/** Seen and unseen samples of the reservoir over time, with its capacity and its threshold. */
final class ReservoirCurves {
    private static final String TITLE = "Reservoir occupancy over time";
    private static final double MANY_SECONDS = 3 * 3600;

    private final XYChart chart = new XYChart(ChartStyle.WIDTH, ChartStyle.HEIGHT);
    private final TrainingHistory history;
    private final Instant start;
    private final boolean hours;

    private ReservoirCurves(TrainingHistory history, Instant start) {
        this.history = history;
        this.start = start;
        this.hours = history.latest().reports().stream().anyMatch(r -> seconds(r) > MANY_SECONDS);
    }

    static Picture of(TrainingHistory history, Instant start, @Nullable Integer threshold) {
        return new Picture(
                "reservoir",
                "Samples in the reservoir"
                        + (history.latest().shards() > 1 ? " of each shard" : "")
                        + ": seen ones have been drawn, unseen ones have not."
                        + (threshold == null ? "" : " Drawing is allowed above the threshold."),
                text(history),
                history.isEmpty()
                        ? ChartStyle.noData(TITLE)
                        : ChartStyle.image(new ReservoirCurves(history, start).chart(threshold)));
    }

    private static String text(TrainingHistory history) {
        StringBuilder text = new StringBuilder(TITLE + ".");
        for (TrainingReport last : history.latest().reports()) {
            text.append(
                    " Shard %d at the end: %d seen, %d unseen, capacity %d."
                            .formatted(
                                    last.getShard(),
                                    last.getReservoirSeen(),
                                    last.getReservoirUnseen(),
                                    last.getReservoirCapacity()));
        }
        return text.toString();
    }

    private XYChart chart(@Nullable Integer threshold) {
        chart.setTitle(TITLE);
        chart.setXAxisTitle("time since the start (" + (hours ? "h" : "s") + ")");
        chart.setYAxisTitle("samples per shard");
        ChartStyle.apply(chart.getStyler());
        chart.getStyler().setYAxisMin(0.0).setXAxisMin(0.0);
        add("seen", TrainingReport::getReservoirSeen, ChartStyle.BLUE, ChartStyle.THICK);
        add("unseen", TrainingReport::getReservoirUnseen, ChartStyle.VERMILLION, ChartStyle.THICK);
        limit("capacity", TrainingReport::getReservoirCapacity, ChartStyle.INK, ChartStyle.DASHED);
        limit("threshold", report -> threshold, ChartStyle.GREY, ChartStyle.DOTTED);
        return chart;
    }

    private void add(String name, Curve.Value value, Color colour, BasicStroke stroke) {
        List<Curve> shards =
                history.shards().stream().map(shard -> curve(shard.rows(), value)).toList();
        ChartStyle.lines(chart, name, shards, colour, stroke);
    }

    // The same for all shards; the dashes of several lines would fill each other's gaps.
    private void limit(String name, Curve.Value value, Color colour, BasicStroke stroke) {
        ChartStyle.lines(chart, name, List.of(curve(history.rows(), value)), colour, stroke);
    }

    private Curve curve(List<TrainingReport> rows, Curve.Value value) {
        return Curve.of(rows, this::time, value).corners();
    }

    private Number time(TrainingReport report) {
        return hours ? seconds(report) / 3600 : seconds(report);
    }

    private double seconds(TrainingReport report) {
        return Math.max(0, report.getTimestampMillis() - start.toEpochMilli()) / 1e3;
    }
}
