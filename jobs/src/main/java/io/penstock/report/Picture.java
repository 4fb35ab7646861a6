package io.penstock.report;

import java.awt.image.BufferedImage;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import javax.imageio.ImageIO;

/**
 * A picture of the report.
 *
 * @param name its file's name without {@code .png}
 * @param caption what stands below it
 * @param text what it shows, for those who do not see it
 * @param image the picture, {@link ChartStyle#SCALE} pixels per unit of length
 */
record Picture(String name, String caption, String text, BufferedImage image) {
    byte[] png() {
        return png(image);
    }

    static byte[] png(BufferedImage image) {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try {
            ImageIO.write(image, "png", bytes);
        } catch (IOException e) {
            throw new UncheckedIOException("Writing to memory", e);
        }
        return bytes.toByteArray();
    }

    int width() {
        return image.getWidth() / ChartStyle.SCALE;
    }

    int height() {
        return image.getHeight() / ChartStyle.SCALE;
    }
}
