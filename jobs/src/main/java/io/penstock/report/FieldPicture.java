package io.penstock.report;

import io.penstock.setting.Check;
import java.awt.Graphics2D;
import java.awt.Rectangle;
import java.awt.image.BufferedImage;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.IntStream;
import org.knowm.xchart.XYChart;

/**
 * Pictures of fields: heat maps with row 0 at the top and column 0 at the left, or lines for fields
 * of one dimension.
 */
public final class FieldPicture {
    private static final int SIDE = 300;
    private static final int TOP = 104;
    private static final int SINGLE_TOP = 80;
    private static final int BOTTOM = 50;
    private static final int LEFT = 62;
    private static final int BAR_SPACE = 96;
    private static final int LEAST_PITCH = 160;

    private FieldPicture() {}

    /**
     * Writes one field as a PNG.
     *
     * @param title what it is
     * @param unit its unit, empty when it has none
     * @param rows extent of the slow axis; 1 for a field of one dimension
     * @param values the field in C order
     */
    public static void write(Path file, String title, String unit, int rows, float[] values)
            throws IOException {
        Check.that(
                rows >= 1 && values.length >= rows && values.length % rows == 0,
                "rows",
                rows,
                "a divisor of the number of values (" + values.length + ")");
        AtomicFile.write(file, Picture.png(single(title, unit, rows, values)));
    }

    static BufferedImage single(String title, String unit, int rows, float[] values) {
        if (rows == 1) {
            XYChart chart = lines(title, unit);
            ChartStyle.lines(
                    chart, title, List.of(curve(values)), ChartStyle.BLUE, ChartStyle.THICK);
            chart.getStyler().setLegendVisible(false);
            return chart.getSeriesMap().isEmpty()
                    ? ChartStyle.noData(title)
                    : ChartStyle.image(chart);
        }
        int cols = values.length / rows;
        Rectangle box = HeatMap.box(rows, cols, 2 * SIDE);
        ColourScale scale = ColourScale.over(values);
        int width = Math.max(420, LEFT + box.width + BAR_SPACE);
        return ChartStyle.paint(
                width,
                SINGLE_TOP + box.height + BOTTOM,
                g -> {
                    ChartStyle.centred(g, title, ChartStyle.TITLE, width / 2, 40);
                    box.setLocation((width - BAR_SPACE + LEFT - box.width) / 2, SINGLE_TOP);
                    HeatMap.draw(g, box, HeatMap.raster(rows, cols, values, scale));
                    HeatMap.drawBar(g, besides(box), scale, unit);
                });
    }

    /** Truth, prediction and error of a validation field. */
    static Picture of(FieldPanel panel, int number) {
        FieldPanel.Label label = panel.label();
        double rmse = panel.rmse();
        String unit = label.unit().isEmpty() ? "" : " " + label.unit();
        String error = "root mean squared error " + Human.number(rmse) + unit;
        return new Picture(
                "field-" + number,
                "%s of %s: %s.".formatted(label.field(), label.place(), error),
                "Truth, prediction and error of %s of %s; %s."
                        .formatted(label.field(), label.place(), error),
                panel.rows() == 1 ? lines(panel) : maps(panel, error));
    }

    private static BufferedImage maps(FieldPanel panel, String error) {
        Rectangle box = HeatMap.box(panel.rows(), panel.cols(), SIDE);
        int width = 3 * (LEFT + Math.max(box.width, LEAST_PITCH)) + 2 * BAR_SPACE;
        return ChartStyle.paint(
                width, TOP + box.height + BOTTOM, g -> maps(g, panel, box, width, error));
    }

    private static void maps(
            Graphics2D g, FieldPanel panel, Rectangle box, int width, String caption) {
        FieldPanel.Label label = panel.label();
        ColourScale scale = ColourScale.over(panel.truth(), panel.prediction());
        float[] error = panel.error();
        ColourScale errors = ColourScale.aroundZero(error);
        String title = title(label.field(), label.unit()) + ": " + label.place();
        ChartStyle.centred(g, title, ChartStyle.TITLE, width / 2, 32);
        ChartStyle.centred(g, caption, ChartStyle.TEXT, width / 2, 54);
        int pitch = LEFT + Math.max(box.width, LEAST_PITCH);
        map(g, at(box, LEFT), panel, panel.truth(), scale, "truth");
        Rectangle second = at(box, LEFT + pitch);
        map(g, second, panel, panel.prediction(), scale, "prediction");
        HeatMap.drawBar(g, besides(second), scale, label.unit());
        Rectangle third = at(box, LEFT + 2 * pitch + BAR_SPACE);
        map(g, third, panel, error, errors, "prediction − truth");
        HeatMap.drawBar(g, besides(third), errors, label.unit());
    }

    private static Rectangle at(Rectangle box, int x) {
        return new Rectangle(x, TOP, box.width, box.height);
    }

    private static Rectangle besides(Rectangle map) {
        return new Rectangle(map.x + map.width + 12, map.y, HeatMap.BAR_WIDTH, map.height);
    }

    private static void map(
            Graphics2D g,
            Rectangle box,
            FieldPanel panel,
            float[] values,
            ColourScale scale,
            String heading) {
        g.setColor(ChartStyle.INK);
        ChartStyle.centred(g, heading, ChartStyle.HEADING, box.x + box.width / 2, TOP - 10);
        HeatMap.draw(g, box, HeatMap.raster(panel.rows(), panel.cols(), values, scale));
    }

    private static BufferedImage lines(FieldPanel panel) {
        FieldPanel.Label label = panel.label();
        XYChart chart = lines(label.field() + ": " + label.place(), label.unit());
        chart.setYAxisTitle(title(label.field(), label.unit()));
        ChartStyle.lines(
                chart, "truth", List.of(curve(panel.truth())), ChartStyle.SOFT, ChartStyle.BROAD);
        ChartStyle.lines(
                chart,
                "prediction",
                List.of(curve(panel.prediction())),
                ChartStyle.VERMILLION,
                ChartStyle.THIN);
        return chart.getSeriesMap().isEmpty()
                ? ChartStyle.noData(label.field())
                : ChartStyle.image(chart);
    }

    private static XYChart lines(String title, String unit) {
        XYChart chart = new XYChart(ChartStyle.WIDTH, ChartStyle.HEIGHT);
        chart.setTitle(title);
        chart.setXAxisTitle("cell");
        chart.setYAxisTitle(unit.isEmpty() ? "no unit" : unit);
        ChartStyle.apply(chart.getStyler());
        return chart;
    }

    private static Curve curve(float[] values) {
        int[] finite =
                IntStream.range(0, values.length).filter(i -> Float.isFinite(values[i])).toArray();
        return new Curve(
                IntStream.of(finite).asDoubleStream().toArray(),
                IntStream.of(finite).mapToDouble(i -> values[i]).toArray());
    }

    private static String title(String field, String unit) {
        return field + (unit.isEmpty() ? "" : " (" + unit + ")");
    }
}
