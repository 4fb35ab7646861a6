package io.penstock.report;

import java.awt.Font;
import java.awt.FontMetrics;
import java.awt.Graphics2D;
import java.awt.Rectangle;
import java.awt.RenderingHints;
import java.awt.image.BufferedImage;

/**
 * A matrix as a raster of colours, as matrices are printed: row 0 at the top, column 0 at the left.
 * XChart's heat map makes a labelled category of every row and column, which cannot be read from a
 * few dozen on.
 */
final class HeatMap {
    static final int BAR_WIDTH = 14;
    private static final int TICK = 4;
    private static final int LENGTH_PER_TICK = 60;

    private HeatMap() {}

    /** One pixel per cell. */
    static BufferedImage raster(int rows, int cols, float[] values, ColourScale scale) {
        BufferedImage raster = new BufferedImage(cols, rows, BufferedImage.TYPE_INT_RGB);
        for (int row = 0; row < rows; row++) {
            for (int col = 0; col < cols; col++) {
                raster.setRGB(col, row, scale.rgb(values[row * cols + col]));
            }
        }
        return raster;
    }

    /**
     * The largest box of at most {@code side} by {@code side} whose cells are square; a matrix many
     * times longer than wide gets cells that are not, so that it can still be seen.
     */
    static Rectangle box(int rows, int cols, int side) {
        double ratio = Math.max(0.2, Math.min(5, (double) rows / cols));
        return ratio > 1
                ? new Rectangle(0, 0, (int) Math.round(side / ratio), side)
                : new Rectangle(0, 0, side, (int) Math.round(side * ratio));
    }

    /** Draws the raster into the box, with a frame and ticks that count rows and columns. */
    static void draw(Graphics2D g, Rectangle box, BufferedImage raster) {
        boolean enlarged = raster.getWidth() <= box.width * ChartStyle.SCALE;
        // Every cell keeps its edges, unless there are more cells than pixels.
        g.setRenderingHint(
                RenderingHints.KEY_INTERPOLATION,
                enlarged
                        ? RenderingHints.VALUE_INTERPOLATION_NEAREST_NEIGHBOR
                        : RenderingHints.VALUE_INTERPOLATION_BILINEAR);
        g.drawImage(raster, box.x, box.y, box.width, box.height, null);
        frame(g, box);
        columnTicks(g, box, raster.getWidth());
        rowTicks(g, box, raster.getHeight());
    }

    private static void frame(Graphics2D g, Rectangle box) {
        g.setColor(ChartStyle.GREY);
        g.drawRect(box.x, box.y, box.width, box.height);
    }

    private static void columnTicks(Graphics2D g, Rectangle box, int cols) {
        int bottom = box.y + box.height;
        Ticks ticks = cells(cols, box.width);
        for (int i = 0; i < ticks.values().size(); i++) {
            int x = middle(box.x, box.width, ticks.values().get(i), cols);
            g.setColor(ChartStyle.GREY);
            g.drawLine(x, bottom, x, bottom + TICK);
            g.setColor(ChartStyle.INK);
            ChartStyle.centred(g, ticks.labels().get(i), ChartStyle.SMALL, x, bottom + 18);
        }
        ChartStyle.centred(g, "column", ChartStyle.SMALL, box.x + box.width / 2, bottom + 34);
    }

    private static void rowTicks(Graphics2D g, Rectangle box, int rows) {
        Ticks ticks = cells(rows, box.height);
        for (int i = 0; i < ticks.values().size(); i++) {
            int y = middle(box.y, box.height, ticks.values().get(i), rows);
            g.setColor(ChartStyle.GREY);
            g.drawLine(box.x - TICK, y, box.x, y);
            g.setColor(ChartStyle.INK);
            endingAt(g, ticks.labels().get(i), ChartStyle.SMALL, box.x - TICK - 3, y);
        }
        Graphics2D turned = (Graphics2D) g.create();
        turned.rotate(-Math.PI / 2);
        ChartStyle.centred(turned, "row", ChartStyle.SMALL, -(box.y + box.height / 2), box.x - 40);
        turned.dispose();
    }

    private static Ticks cells(int cells, int length) {
        Ticks ticks = Ticks.between(0, cells - 1, Math.max(2, length / LENGTH_PER_TICK));
        // Between fewer cells than ticks there would be halves.
        return ticks.values().stream().allMatch(v -> v == Math.rint(v))
                ? ticks
                : Ticks.between(0, cells - 1, Math.max(1, cells - 1));
    }

    private static int middle(int start, int length, double cell, int cells) {
        return start + (int) Math.round((cell + 0.5) * length / cells);
    }

    /** Draws a bar of the scale's colours, its largest value at the top, with the unit above. */
    static void drawBar(Graphics2D g, Rectangle box, ColourScale scale, String unit) {
        int pixels = box.height * ChartStyle.SCALE;
        BufferedImage bar = new BufferedImage(1, pixels, BufferedImage.TYPE_INT_RGB);
        for (int y = 0; y < pixels; y++) {
            bar.setRGB(0, y, scale.colours().rgb(1 - (y + 0.5) / pixels));
        }
        g.drawImage(bar, box.x, box.y, box.width, box.height, null);
        frame(g, box);
        Ticks ticks = Ticks.between(scale.min(), scale.max(), Math.max(2, box.height / 45));
        for (int i = 0; i < ticks.values().size(); i++) {
            double fraction = (ticks.values().get(i) - scale.min()) / (scale.max() - scale.min());
            int y = box.y + (int) Math.round((1 - fraction) * box.height);
            g.setColor(ChartStyle.GREY);
            g.drawLine(box.x + box.width, y, box.x + box.width + TICK, y);
            g.setColor(ChartStyle.INK);
            startingAt(g, ticks.labels().get(i), box.x + box.width + TICK + 3, y);
        }
        g.setFont(ChartStyle.SMALL);
        g.drawString(unit.isEmpty() ? "no unit" : unit, box.x, box.y - 8);
    }

    private static void endingAt(Graphics2D g, String text, Font font, int x, int middle) {
        g.setFont(font);
        FontMetrics metrics = g.getFontMetrics();
        g.drawString(text, x - metrics.stringWidth(text), middle + metrics.getAscent() / 2 - 2);
    }

    private static void startingAt(Graphics2D g, String text, int x, int middle) {
        g.setFont(ChartStyle.SMALL);
        g.drawString(text, x, middle + g.getFontMetrics().getAscent() / 2 - 2);
    }
}
