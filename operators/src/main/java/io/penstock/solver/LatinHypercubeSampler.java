package io.penstock.solver;

import io.penstock.sample.Quantity;
import java.util.List;
import java.util.stream.IntStream;
import org.apache.commons.rng.UniformRandomProvider;
import org.apache.commons.rng.sampling.PermutationSampler;

/**
 * Latin hypercube sampling (McKay, Beckman and Conover 1979): of n points drawn together, each
 * parameter has exactly one in each of n equal parts of its range, at a uniform place in it. The
 * points depend on how many are drawn together.
 */
final class LatinHypercubeSampler implements ParameterSampler {
    private final Box box;
    private final UniformRandomProvider random;

    LatinHypercubeSampler(List<Quantity> ranges, UniformRandomProvider random) {
        this.box = new Box(ranges);
        this.random = random;
    }

    @Override
    public List<double[]> draw(int count) {
        if (count == 0) {
            return List.of();
        }
        var strata = new PermutationSampler(random, count, count);
        int[][] stratum = new int[box.dimensions()][];
        for (int d = 0; d < stratum.length; d++) {
            stratum[d] = strata.sample();
        }
        return IntStream.range(0, count)
                .mapToObj(
                        point -> {
                            double[] unit = random.doubles(stratum.length).toArray();
                            for (int d = 0; d < unit.length; d++) {
                                unit[d] = (stratum[d][point] + unit[d]) / count;
                            }
                            return box.scale(unit);
                        })
                .toList();
    }
}
