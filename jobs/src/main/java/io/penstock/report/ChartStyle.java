package io.penstock.report;

import java.awt.BasicStroke;
import java.awt.Color;
import java.awt.Font;
import java.awt.Graphics2D;
import java.awt.RenderingHints;
import java.awt.image.BufferedImage;
import java.util.ArrayList;
import java.util.DoubleSummaryStatistics;
import java.util.List;
import java.util.Locale;
import java.util.function.Consumer;
import java.util.stream.DoubleStream;
import org.knowm.xchart.CategoryChart;
import org.knowm.xchart.XYChart;
import org.knowm.xchart.XYSeries;
import org.knowm.xchart.style.AxesChartStyler;
import org.knowm.xchart.style.Styler.LegendPosition;
import org.knowm.xchart.style.markers.SeriesMarkers;

/**
 * The look all pictures share. The line colours are those of Okabe and Ito, which people who do not
 * tell red from green still tell apart (jfly.uni-koeln.de/color).
 */
final class ChartStyle {
    static final int WIDTH = 960;
    static final int HEIGHT = 420;

    /** Pixels per unit of length in every picture, for screens that have them. */
    static final int SCALE = 2;

    static final Color BLUE = new Color(0x0072B2);
    static final Color VERMILLION = new Color(0xD55E00);
    static final Color GREEN = new Color(0x009E73);
    static final Color GREY = new Color(0x777777);
    static final Color INK = new Color(0x222222);
    static final Color SOFT = new Color(0xA8A8A8);
    static final Color FAINT = new Color(0xE4E4E4);

    static final Font TITLE = new Font(Font.SANS_SERIF, Font.BOLD, 16);
    static final Font HEADING = new Font(Font.SANS_SERIF, Font.BOLD, 13);
    static final Font TEXT = new Font(Font.SANS_SERIF, Font.PLAIN, 13);
    static final Font SMALL = new Font(Font.SANS_SERIF, Font.PLAIN, 12);

    static final BasicStroke THIN = solid(1.4f);
    static final BasicStroke THICK = solid(2.2f);
    static final BasicStroke BROAD = solid(4.5f);
    static final BasicStroke DASHED = dashes(1.8f, 8, 5);
    static final BasicStroke DOTTED = dashes(1.8f, 2, 4);

    private static final float FINEST = 0.8f;

    private ChartStyle() {}

    private static BasicStroke solid(float width) {
        return new BasicStroke(width, BasicStroke.CAP_ROUND, BasicStroke.JOIN_ROUND);
    }

    private static BasicStroke dashes(float width, float on, float off) {
        return new BasicStroke(
                width, BasicStroke.CAP_BUTT, BasicStroke.JOIN_ROUND, 1, new float[] {on, off}, 0);
    }

    /** Gives a chart the common look. */
    static void apply(AxesChartStyler styler) {
        styler.setLocale(Locale.ROOT)
                .setAxisTitleFont(TEXT)
                .setAxisTickLabelsFont(SMALL)
                .setAxisTickLabelsColor(INK)
                .setAxisTickMarksColor(GREY)
                .setXAxisTickMarkSpacingHint(90)
                .setYAxisLabelAlignment(AxesChartStyler.TextAlignment.Right)
                .setyAxisTickLabelsFormattingFunction(Human::tick)
                .setPlotGridLinesColor(FAINT)
                .setPlotGridLinesStroke(new BasicStroke(1))
                .setChartTitleFont(TITLE)
                .setChartTitleBoxVisible(false)
                .setChartTitlePadding(10)
                .setChartBackgroundColor(Color.WHITE)
                .setPlotBackgroundColor(Color.WHITE)
                .setPlotBorderVisible(false)
                .setChartFontColor(INK)
                .setChartPadding(14)
                .setLegendFont(TEXT)
                .setLegendBorderColor(Color.WHITE)
                .setLegendPosition(LegendPosition.OutsideE)
                .setAntiAlias(true);
    }

    /**
     * Adds a line for every curve that is not empty, one curve per shard; the legend names the
     * first of them. The more there are the finer they are, so that they do not run together.
     */
    static List<XYSeries> lines(
            XYChart chart, String name, List<Curve> shards, Color colour, BasicStroke stroke) {
        List<Curve> curves = shards.stream().filter(curve -> !curve.isEmpty()).toList();
        List<XYSeries> lines = new ArrayList<>();
        for (Curve curve : curves) {
            String unique = lines.isEmpty() ? name : name + " (" + (lines.size() + 1) + ")";
            XYSeries line = chart.addSeries(unique, curve.x(), curve.y());
            line.setLineColor(colour).setLineStyle(finer(stroke, curves.size()));
            // One point makes no line.
            line.setMarker(curve.x().length > 1 ? SeriesMarkers.NONE : SeriesMarkers.CIRCLE);
            line.setMarkerColor(colour);
            line.setShowInLegend(lines.isEmpty());
            lines.add(line);
        }
        return lines;
    }

    private static BasicStroke finer(BasicStroke stroke, int lines) {
        return lines == 1
                ? stroke
                : solid(Math.max(FINEST, stroke.getLineWidth() / (float) Math.sqrt(lines)));
    }

    /** Makes the upright axis logarithmic; every ordinate must be above 0. */
    static void logarithmic(XYChart chart) {
        DoubleSummaryStatistics range =
                chart.getSeriesMap().values().stream()
                        .flatMapToDouble(line -> DoubleStream.of(line.getYData()))
                        .summaryStatistics();
        // Whole decades, so that there are always two labels at least.
        double low = Math.floor(Math.log10(range.getMin()));
        double high = Math.max(low + 1, Math.ceil(Math.log10(range.getMax())));
        chart.getStyler()
                // XChart labels a logarithmic axis as a linear one when it is given a function.
                .setyAxisTickLabelsFormattingFunction(null)
                .setYAxisLogarithmic(true)
                .setYAxisMin(Math.pow(10, low))
                .setYAxisMax(Math.pow(10, high))
                .setYAxisLogarithmicDecadeOnly(true);
    }

    static BufferedImage image(XYChart chart) {
        return paint(WIDTH, HEIGHT, g -> chart.paint(g, WIDTH, HEIGHT));
    }

    static BufferedImage image(CategoryChart chart) {
        return paint(WIDTH, HEIGHT, g -> chart.paint(g, WIDTH, HEIGHT));
    }

    /** The picture of a chart that has nothing to show. */
    static BufferedImage noData(String title) {
        return paint(
                WIDTH,
                HEIGHT,
                g -> {
                    centred(g, title, TITLE, WIDTH / 2, 36);
                    g.setColor(GREY);
                    centred(g, "no data yet", TITLE, WIDTH / 2, HEIGHT / 2);
                });
    }

    /** Draws a picture of the size on white, at {@link #SCALE}. */
    static BufferedImage paint(int width, int height, Consumer<Graphics2D> painter) {
        BufferedImage image =
                new BufferedImage(width * SCALE, height * SCALE, BufferedImage.TYPE_INT_RGB);
        Graphics2D g = image.createGraphics();
        try {
            g.scale(SCALE, SCALE);
            g.setRenderingHint(RenderingHints.KEY_ANTIALIASING, RenderingHints.VALUE_ANTIALIAS_ON);
            g.setRenderingHint(
                    RenderingHints.KEY_TEXT_ANTIALIASING, RenderingHints.VALUE_TEXT_ANTIALIAS_ON);
            g.setRenderingHint(
                    RenderingHints.KEY_FRACTIONALMETRICS,
                    RenderingHints.VALUE_FRACTIONALMETRICS_ON);
            g.setColor(Color.WHITE);
            g.fillRect(0, 0, width, height);
            g.setColor(INK);
            painter.accept(g);
        } finally {
            g.dispose();
        }
        return image;
    }

    /** Writes a text with its middle at {@code x} on the base line {@code y}. */
    static void centred(Graphics2D g, String text, Font font, int x, int y) {
        g.setFont(font);
        g.drawString(text, x - g.getFontMetrics().stringWidth(text) / 2f, y);
    }
}
