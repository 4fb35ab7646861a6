package io.penstock.sample;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.List;
import org.apache.commons.rng.UniformRandomProvider;
import org.apache.commons.rng.simple.RandomSource;
import org.junit.jupiter.api.Test;

class NormalizerTest {
    private static final SampleSpec SPEC =
            new SampleSpec(
                    "n",
                    List.of(new Quantity("a", "K", 100, 500)),
                    new Quantity("time", "s", 0, 2),
                    List.of(
                            new FieldSpec("u", "K", List.of(3), 100, 500),
                            new FieldSpec("v", "", List.of(2), -1, 1)),
                    10,
                    1000);

    @Test
    void mapsRangesOfInputsToMinusOneToOneAndOfFieldsToZeroToOne() {
        Normalizer normalizer = Normalizer.ofRanges(SPEC);
        assertThat(apply(normalizer.input(0), 100)).isEqualTo(-1);
        assertThat(apply(normalizer.input(0), 500)).isEqualTo(1);
        assertThat(apply(normalizer.input(1), 1)).isZero();
        assertThat(apply(normalizer.field(0), 300)).isEqualTo(0.5);
        assertThat(apply(normalizer.field(1), -1)).isZero();
        long version = normalizer.version();
        normalizer.observe(row(RandomSource.SPLIT_MIX_64.create(1L)));
        assertThat(normalizer.version()).isEqualTo(version);
    }

    private static double apply(Normalizer.Affine affine, double value) {
        return (value - affine.shift()) * affine.scale();
    }

    @Test
    void momentsApproachMeanAndDeviationOfWhatWasObserved() {
        UniformRandomProvider random = RandomSource.XO_SHI_RO_256_PP.create(5L);
        Normalizer normalizer = Normalizer.ofMoments(SPEC);
        for (int i = 0; i < 20_000; i++) {
            normalizer.observe(row(random));
        }
        // Uniform on [a, b]: mean (a + b) / 2, deviation (b - a) / √12. Tolerance: 4 standard
        // errors.
        assertThat(normalizer.field(0).shift()).isCloseTo(300, within(4 * 115.5 / 245));
        assertThat(1 / normalizer.field(0).scale()).isCloseTo(400 / Math.sqrt(12), within(2.0));
        assertThat(normalizer.input(1).shift()).isCloseTo(1, within(0.02));
    }

    @Test
    void constantQuantitiesAreOnlyShifted() {
        Normalizer normalizer = Normalizer.ofMoments(SPEC);
        byte[] row = row(RandomSource.SPLIT_MIX_64.create(1L));
        normalizer.observe(row);
        normalizer.observe(row);
        assertThat(normalizer.input(0).scale()).isEqualTo(1);
    }

    @Test
    void restoredMomentsGoOnBitForBit() throws IOException {
        UniformRandomProvider random = RandomSource.XO_SHI_RO_256_PP.create(5L);
        Normalizer normalizer = Normalizer.ofMoments(SPEC);
        for (int i = 0; i < 10; i++) {
            normalizer.observe(row(random));
        }
        Normalizer restored = Normalizer.ofMoments(SPEC);
        restored.readFrom(new DataInputStream(new ByteArrayInputStream(state(normalizer))));
        byte[] next = row(random);
        normalizer.observe(next);
        restored.observe(next);
        assertThat(state(restored)).isEqualTo(state(normalizer));
        assertThat(restored.field(1)).isEqualTo(normalizer.field(1));
    }

    @Test
    void refusesStateOfTheOtherKind() throws IOException {
        byte[] ranges = state(Normalizer.ofRanges(SPEC));
        assertThatThrownBy(
                        () ->
                                Normalizer.ofMoments(SPEC)
                                        .readFrom(
                                                new DataInputStream(
                                                        new ByteArrayInputStream(ranges))))
                .hasMessageContaining("ranges")
                .hasMessageContaining("moments");
    }

    private static byte[] state(Normalizer normalizer) throws IOException {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        normalizer.writeTo(new DataOutputStream(out));
        return out.toByteArray();
    }

    private static byte[] row(UniformRandomProvider random) {
        ByteBuffer row = ByteBuffer.allocate(SPEC.rowBytes()).order(ByteOrder.LITTLE_ENDIAN);
        row.putFloat((float) random.nextDouble(100, 500)).putFloat((float) random.nextDouble(0, 2));
        for (int i = 0; i < 3; i++) {
            row.putFloat((float) random.nextDouble(100, 500));
        }
        return row.putFloat(0.5f).putFloat(-0.5f).array();
    }
}
