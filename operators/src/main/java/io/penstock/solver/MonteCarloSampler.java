package io.penstock.solver;

import io.penstock.sample.Quantity;
import java.util.List;
import java.util.stream.IntStream;
import org.apache.commons.rng.UniformRandomProvider;

/** Independent uniform points. The first points do not depend on how many are drawn. */
final class MonteCarloSampler implements ParameterSampler {
    private final Box box;
    private final UniformRandomProvider random;

    MonteCarloSampler(List<Quantity> ranges, UniformRandomProvider random) {
        this.box = new Box(ranges);
        this.random = random;
    }

    @Override
    public List<double[]> draw(int count) {
        return IntStream.range(0, count)
                .mapToObj(i -> box.scale(random.doubles(box.dimensions()).toArray()))
                .toList();
    }
}
