package io.penstock.report;

import io.penstock.schemas.TrainingReport;
import java.awt.BasicStroke;
import java.awt.Color;
import java.awt.image.BufferedImage;
import java.util.List;
import java.util.Map;
import java.util.StringJoiner;
import java.util.TreeMap;
import org.knowm.xchart.XYChart;
import org.knowm.xchart.XYSeries;
import org.knowm.xchart.style.markers.SeriesMarkers;

/** Training, test-then-train and validation loss over batches, on a logarithmic axis. */
final class LossCurves {
    private static final String TITLE = "Loss over batches";
    private static final int MOST_MARKERS = 40;

    private enum Kind {
        TRAINING("training", ChartStyle.BLUE, ChartStyle.THIN),
        FRESH("fresh, before training", ChartStyle.VERMILLION, ChartStyle.THIN),
        VALIDATION("validation", ChartStyle.GREEN, ChartStyle.THICK);

        private final String title;
        private final Color colour;

        @SuppressWarnings("ImmutableEnumChecker") // strokes are immutable, only not marked so
        private final BasicStroke stroke;

        Kind(String title, Color colour, BasicStroke stroke) {
            this.title = title;
            this.colour = colour;
            this.stroke = stroke;
        }

        private Curve curve(List<TrainingReport> rows) {
            Curve curve =
                    switch (this) {
                        case TRAINING ->
                                Curve.of(rows, TrainingReport::getBatches, TrainingReport::getLoss);
                        case FRESH ->
                                Curve.of(
                                        rows,
                                        TrainingReport::getBatches,
                                        TrainingReport::getFreshLoss);
                        case VALIDATION ->
                                Curve.of(
                                        validations(rows),
                                        TrainingReport::getValidationBatch,
                                        TrainingReport::getValidationLoss);
                    };
            return curve.positive();
        }
    }

    private LossCurves() {}

    static Picture of(TrainingHistory history) {
        XYChart chart = new XYChart(ChartStyle.WIDTH, ChartStyle.HEIGHT);
        chart.setTitle(TITLE);
        chart.setXAxisTitle(shared(history) ? "batches of a shard" : "batches");
        chart.setYAxisTitle("mean squared error (normalised, no unit)");
        ChartStyle.apply(chart.getStyler());
        for (Kind kind : Kind.values()) {
            add(chart, kind, curves(history, kind));
        }
        return new Picture(
                "loss",
                "Mean squared error of normalised outputs"
                        + (shared(history)
                                ? ", a line for each shard and one for the validation of all"
                                : "")
                        + ". Fresh samples are those drawn for the first time, tested before the"
                        + " step that trains on them.",
                text(history),
                chart.getSeriesMap().isEmpty() ? ChartStyle.noData(TITLE) : image(chart));
    }

    private static boolean shared(TrainingHistory history) {
        return history.latest().shards() > 1;
    }

    private static List<Curve> curves(TrainingHistory history, Kind kind) {
        return history.shards().stream().map(shard -> kind.curve(shard.rows())).toList();
    }

    private static String text(TrainingHistory history) {
        StringBuilder text = new StringBuilder(TITLE + ", logarithmic axis.");
        for (Kind kind : Kind.values()) {
            boolean named = shared(history) && kind != Kind.VALIDATION;
            StringJoiner last = new StringJoiner(", ", " Last " + kind.title + ": ", ".");
            last.setEmptyValue("");
            for (ShardHistory shard : history.shards()) {
                Curve curve = kind.curve(shard.rows());
                if (!curve.isEmpty()) {
                    String value = Human.number(curve.last());
                    last.add(named ? value + " (shard " + shard.number() + ")" : value);
                }
            }
            text.append(last);
        }
        return text.toString();
    }

    private static void add(XYChart chart, Kind kind, List<Curve> shards) {
        List<XYSeries> lines =
                ChartStyle.lines(chart, kind.title, shards, kind.colour, kind.stroke);
        if (kind == Kind.VALIDATION) {
            lines.stream()
                    .filter(line -> line.getXData().length <= MOST_MARKERS)
                    .forEach(line -> line.setMarker(SeriesMarkers.CIRCLE));
        }
    }

    private static BufferedImage image(XYChart chart) {
        ChartStyle.logarithmic(chart);
        chart.getStyler().setxAxisTickLabelsFormattingFunction(Human::tick).setXAxisMin(0.0);
        return ChartStyle.image(chart);
    }

    /** The first report of every validation; those that follow repeat it until the next. */
    private static List<TrainingReport> validations(List<TrainingReport> rows) {
        Map<Long, TrainingReport> first = new TreeMap<>();
        for (TrainingReport row : rows) {
            if (row.getValidationBatch() != null) {
                first.putIfAbsent(row.getValidationBatch(), row);
            }
        }
        return List.copyOf(first.values());
    }
}
