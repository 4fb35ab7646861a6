package io.penstock.report;

import java.awt.Color;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import org.knowm.xchart.XYChart;
import org.knowm.xchart.XYChartBuilder;
import org.knowm.xchart.XYSeries;
import org.knowm.xchart.style.markers.SeriesMarkers;

/** Lines in a common pair of axes, as a PNG in the look that all pictures share. */
public final class LinesPicture {
    private static final Color[] COLOURS = {
        ChartStyle.BLUE,
        ChartStyle.VERMILLION,
        ChartStyle.GREEN,
        new Color(0xCC79A7),
        new Color(0xE69F00),
        new Color(0x56B4E9),
        ChartStyle.GREY
    };
    private static final int MOST_MARKERS = 60;

    /**
     * What the axes say.
     *
     * @param title over the picture
     * @param isLogarithmic whether the upright axis is
     */
    public record Axes(String title, String x, String y, boolean isLogarithmic) {}

    /**
     * A line.
     *
     * @param name in the legend, distinct
     * @param x abscissae, not decreasing
     * @param y ordinates, above 0 when the axis is logarithmic
     */
    @SuppressWarnings("ArrayRecordComponent")
    public record Line(String name, double[] x, double[] y) {}

    private LinesPicture() {}

    /** Draws and writes the picture. */
    public static void write(Path file, Axes axes, List<Line> lines) throws IOException {
        XYChart chart =
                new XYChartBuilder()
                        .width(ChartStyle.WIDTH)
                        .height(ChartStyle.HEIGHT)
                        .title(axes.title())
                        .xAxisTitle(axes.x())
                        .yAxisTitle(axes.y())
                        .build();
        ChartStyle.apply(chart.getStyler());
        for (int i = 0; i < lines.size(); i++) {
            Line line = lines.get(i);
            XYSeries series = chart.addSeries(line.name(), line.x(), line.y());
            series.setLineColor(COLOURS[i % COLOURS.length]).setLineStyle(ChartStyle.THICK);
            series.setMarkerColor(COLOURS[i % COLOURS.length]);
            series.setMarker(
                    line.x().length > MOST_MARKERS ? SeriesMarkers.NONE : SeriesMarkers.CIRCLE);
        }
        if (axes.isLogarithmic()) {
            ChartStyle.logarithmic(chart);
        }
        AtomicFile.write(file, Picture.png(ChartStyle.image(chart)));
    }
}
