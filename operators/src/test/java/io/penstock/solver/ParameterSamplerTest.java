package io.penstock.solver;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.penstock.sample.Quantity;
import io.penstock.setting.InvalidSettingException;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.stream.IntStream;
import java.util.stream.LongStream;
import org.apache.commons.rng.simple.RandomSource;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

class ParameterSamplerTest {
    private static final List<Quantity> RANGES =
            List.of(
                    new Quantity("initial", "K", 100, 500),
                    new Quantity("west", "K", -3, -1),
                    new Quantity("east", "", 0, 1e-6));
    private static final List<Quantity> CUBE =
            List.of(
                    new Quantity("a", "", 0, 1),
                    new Quantity("b", "", 0, 1),
                    new Quantity("c", "", 0, 1),
                    new Quantity("d", "", 0, 1),
                    new Quantity("e", "", 0, 1));

    @ParameterizedTest
    @EnumSource
    void staysWithinTheRangesAndFillsThem(SamplerKind kind) {
        List<double[]> points = draw(kind, RANGES, 1, 1000);

        assertThat(points).hasSize(1000);
        for (int d = 0; d < RANGES.size(); d++) {
            Quantity range = RANGES.get(d);
            int axis = d;
            double[] values = points.stream().mapToDouble(point -> point[axis]).toArray();
            double min = Arrays.stream(values).min().orElseThrow();
            double max = Arrays.stream(values).max().orElseThrow();
            assertThat(min).isGreaterThanOrEqualTo(range.min());
            assertThat(max).isLessThanOrEqualTo(range.max());
            // The largest gap at an end is about 1/1000 of the range; 1/50 leaves ample room.
            assertThat(max - min).isGreaterThan(0.96 * (range.max() - range.min()));
        }
    }

    @ParameterizedTest
    @EnumSource
    void repeatsItselfWithTheSameSeedOnly(SamplerKind kind) {
        List<double[]> one = draw(kind, RANGES, 7, 50);
        List<double[]> again = draw(kind, RANGES, 7, 50);
        List<double[]> other = draw(kind, RANGES, 8, 50);
        for (int i = 0; i < 50; i++) {
            assertThat(again.get(i)).isEqualTo(one.get(i));
            assertThat(other.get(i)).isNotEqualTo(one.get(i));
        }
    }

    @ParameterizedTest
    @EnumSource
    void drawsNothingWhenAskedForNothing(SamplerKind kind) {
        assertThat(draw(kind, RANGES, 7, 0)).isEmpty();
    }

    @ParameterizedTest
    @EnumSource(names = {"MONTE_CARLO", "HALTON"})
    void keepsItsFirstPointsWhenMoreAreDrawn(SamplerKind kind) {
        List<double[]> few = draw(kind, RANGES, 7, 10);
        List<double[]> many = draw(kind, RANGES, 7, 100);

        for (int i = 0; i < 10; i++) {
            assertThat(many.get(i)).isEqualTo(few.get(i));
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 7, 100})
    void latinHypercubeHasOnePointInEveryStratumOfEveryDimension(int count) {
        List<double[]> points = draw(SamplerKind.LATIN_HYPERCUBE, CUBE, 3, count);

        for (int d = 0; d < CUBE.size(); d++) {
            int axis = d;
            int[] strata =
                    points.stream().mapToInt(p -> (int) (p[axis] * count)).sorted().toArray();
            assertThat(strata).isEqualTo(IntStream.range(0, count).toArray());
        }
    }

    @Test
    void latinHypercubeMixesTheStrataOfDifferentDimensions() {
        List<double[]> points = draw(SamplerKind.LATIN_HYPERCUBE, CUBE, 3, 1000);

        double correlation =
                points.stream().mapToDouble(p -> 12 * (p[0] - 0.5) * (p[1] - 0.5)).sum() / 1000;
        // Standard deviation of the estimate: 1/√1000 = 0.032; four of them.
        assertThat(Math.abs(correlation)).isLessThan(0.13);
    }

    @ParameterizedTest
    @ValueSource(ints = {64, 250, 1000})
    void haltonHasALowerDiscrepancyThanMonteCarlo(int count) {
        double[] halton = discrepancies(SamplerKind.HALTON, count);
        double[] monteCarlo = discrepancies(SamplerKind.MONTE_CARLO, count);

        assertThat(Arrays.stream(halton).max().orElseThrow())
                .isLessThan(Arrays.stream(monteCarlo).min().orElseThrow());
    }

    @Test
    void haltonRefusesMoreDimensionsThanItsSequenceHas() {
        List<Quantity> ranges = Collections.nCopies(41, new Quantity("a", "", 0, 1));

        assertThatThrownBy(() -> draw(SamplerKind.HALTON, ranges, 1, 1))
                .isInstanceOf(InvalidSettingException.class)
                .hasMessageContaining("41 parameters")
                .hasMessageContaining("at most 40");
    }

    @ParameterizedTest
    @EnumSource
    void refusesAnEnsembleWithoutParameters(SamplerKind kind) {
        assertThatThrownBy(() -> draw(kind, List.of(), 1, 1))
                .isInstanceOf(InvalidSettingException.class)
                .hasMessageContaining("one or more parameters");
    }

    @Test
    void hasTheNamesOfTheStudyFile() {
        assertThat(SamplerKind.values())
                .extracting(SamplerKind::label)
                .containsExactly("monte-carlo", "halton", "latin-hypercube");
    }

    private static List<double[]> draw(
            SamplerKind kind, List<Quantity> ranges, long seed, int count) {
        return kind.sampler(ranges, RandomSource.XO_SHI_RO_256_PP.create(seed)).draw(count);
    }

    private static double[] discrepancies(SamplerKind kind, int count) {
        return LongStream.rangeClosed(1, 10)
                .mapToDouble(seed -> centredDiscrepancy(draw(kind, CUBE, seed, count)))
                .toArray();
    }

    /** Square of the centred L2 discrepancy (Hickernell 1998, equation 5). */
    private static double centredDiscrepancy(List<double[]> points) {
        int n = points.size();
        double single = 0;
        double pairs = 0;
        for (double[] x : points) {
            double product = 1;
            for (double value : x) {
                double z = Math.abs(value - 0.5);
                product *= 1 + 0.5 * z - 0.5 * z * z;
            }
            single += product;
            for (double[] y : points) {
                double pair = 1;
                for (int d = 0; d < x.length; d++) {
                    pair *=
                            1
                                    + 0.5 * Math.abs(x[d] - 0.5)
                                    + 0.5 * Math.abs(y[d] - 0.5)
                                    - 0.5 * Math.abs(x[d] - y[d]);
                }
                pairs += pair;
            }
        }
        return Math.pow(13.0 / 12, points.get(0).length) - 2 * single / n + pairs / n / n;
    }
}
