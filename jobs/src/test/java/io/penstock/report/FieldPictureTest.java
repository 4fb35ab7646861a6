package io.penstock.report;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.penstock.setting.InvalidSettingException;
import java.awt.Rectangle;
import java.awt.image.BufferedImage;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Arrays;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class FieldPictureTest {
    private static final int LOWEST = 0x440154;
    private static final int HIGHEST = 0xFDE725;
    private static final float NAN = Float.NaN;

    @TempDir Path folder;

    @Test
    void drawsRowZeroAtTheTopAndColumnZeroAtTheLeft() {
        float[] values = {0, 0, 0, 10, NAN, 0};
        BufferedImage raster = HeatMap.raster(2, 3, values, ColourScale.over(values));
        assertThat(raster.getWidth()).isEqualTo(3);
        assertThat(raster.getHeight()).isEqualTo(2);
        assertThat(rgb(raster, 0, 1)).isEqualTo(HIGHEST);
        assertThat(rgb(raster, 0, 0)).isEqualTo(LOWEST);
        assertThat(rgb(raster, 2, 1)).isEqualTo(LOWEST);
        assertThat(rgb(raster, 1, 1)).isEqualTo(ColourScale.NOT_FINITE);
    }

    @Test
    void keepsTheOrientationAndTheEdgesOfCellsWhenEnlarged() {
        float[] values = {0, 0, 10, 0};
        Rectangle box = new Rectangle(60, 20, 100, 100);
        BufferedImage image =
                ChartStyle.paint(
                        200,
                        200,
                        g ->
                                HeatMap.draw(
                                        g,
                                        box,
                                        HeatMap.raster(2, 2, values, ColourScale.over(values))));
        assertThat(at(image, 85, 45)).isEqualTo(LOWEST);
        assertThat(at(image, 135, 95)).isEqualTo(LOWEST);
        assertThat(at(image, 85, 95)).as("row 1, column 0").isEqualTo(HIGHEST);
        assertThat(at(image, 108, 95)).as("just left of the edge").isEqualTo(HIGHEST);
        assertThat(at(image, 112, 95)).as("just right of the edge").isEqualTo(LOWEST);
    }

    @Test
    void drawsTheLargestValueAtTheTopOfTheBar() {
        ColourScale scale = new ColourScale(ColourMap.VIRIDIS, 0, 1);
        BufferedImage image =
                ChartStyle.paint(
                        100,
                        140,
                        g -> HeatMap.drawBar(g, new Rectangle(20, 20, 14, 100), scale, "K"));
        assertThat(distance(at(image, 27, 22), HIGHEST)).isLessThan(16);
        assertThat(distance(at(image, 27, 118), LOWEST)).isLessThan(16);
    }

    @Test
    void sharesOneScaleBetweenTruthAndPrediction() {
        FieldPanel panel = panel(2, new float[] {0, 1, 2, 3}, new float[] {0, 1, 2, 9});
        BufferedImage image = FieldPicture.of(panel, 1).image();
        // Only the prediction reaches the top of the scale, so only there is its colour, and in
        // the bar; the truth's largest value has the colour of a third.
        assertThat(count(image, HIGHEST)).isPositive();
        assertThat(count(image, ColourMap.VIRIDIS.rgb(3 / 9.0))).isGreaterThan(10_000);
    }

    @Test
    void showsNoErrorAsTheMiddleOfAScaleAroundZero() {
        ColourScale scale = ColourScale.aroundZero(new float[] {-1, 4, NAN});
        assertThat(scale.min()).isEqualTo(-4);
        assertThat(scale.max()).isEqualTo(4);
        assertThat(scale.rgb(0)).isEqualTo(0xF7F7F7);
        assertThat(scale.rgb(4)).isEqualTo(0x67001F);
        assertThat(scale.rgb(-4)).isEqualTo(0x053061);
    }

    @Test
    void drawsFieldsThatAreLevelEmptyOfNumbersOrInfinite() {
        float infinite = Float.POSITIVE_INFINITY;
        for (float value : new float[] {0, -7e8f, 1e-30f, NAN, infinite}) {
            float[] level = {value, value, value, value};
            BufferedImage image = FieldPicture.of(panel(2, level, level), 1).image();
            int middle =
                    Float.isFinite(value) ? ColourMap.VIRIDIS.rgb(0.5) : ColourScale.NOT_FINITE;
            assertThat(count(image, middle)).as("%s", value).isGreaterThan(100_000);
            assertThat(FieldPicture.of(panel(1, level, level), 1).image()).isNotNull();
        }
    }

    @Test
    void drawsFieldsOfOneDimensionAsLines() {
        BufferedImage image = FieldPicture.of(SampleRun.line(), 1).image();
        assertThat(count(image, ChartStyle.SOFT.getRGB() & 0xFFFFFF)).isGreaterThan(1000);
        assertThat(count(image, ChartStyle.VERMILLION.getRGB() & 0xFFFFFF)).isGreaterThan(1000);
    }

    @Test
    void writesASingleField() throws IOException {
        Path file = folder.resolve("field.png");
        FieldPicture.write(file, "temperature", "K", 2, new float[] {1, 2, 3, 4, 5, 6});
        BufferedImage image = ImageIO.read(file.toFile());
        assertThat(count(image, LOWEST)).isGreaterThan(10_000);
        assertThat(count(image, HIGHEST)).isGreaterThan(10_000);
        assertThat(count(image, 0xFFFFFF)).isGreaterThan(10_000);
    }

    @Test
    void refusesARaggedField() {
        Path file = folder.resolve("field.png");
        assertThatThrownBy(() -> FieldPicture.write(file, "t", "K", 4, new float[6]))
                .isInstanceOf(InvalidSettingException.class)
                .hasMessageContaining("rows: 4");
        assertThatThrownBy(() -> panel(2, new float[4], new float[3]))
                .isInstanceOf(InvalidSettingException.class)
                .hasMessageContaining("prediction: 3 values");
    }

    private static FieldPanel panel(int rows, float[] truth, float[] prediction) {
        return new FieldPanel(
                new FieldPanel.Label("u", "K", 1, 0, "0.1 s"),
                rows,
                truth.length / rows,
                truth,
                prediction);
    }

    private static int at(BufferedImage image, int x, int y) {
        return rgb(image, x * ChartStyle.SCALE, y * ChartStyle.SCALE);
    }

    private static int rgb(BufferedImage image, int x, int y) {
        return image.getRGB(x, y) & 0xFFFFFF;
    }

    private static int distance(int one, int other) {
        return Math.max(
                Math.abs((one >> 16) - (other >> 16)),
                Math.max(
                        Math.abs((one >> 8 & 0xFF) - (other >> 8 & 0xFF)),
                        Math.abs((one & 0xFF) - (other & 0xFF))));
    }

    static long count(BufferedImage image, int rgb) {
        int[] pixels =
                image.getRGB(0, 0, image.getWidth(), image.getHeight(), null, 0, image.getWidth());
        return Arrays.stream(pixels).filter(p -> (p & 0xFFFFFF) == rgb).count();
    }
}
