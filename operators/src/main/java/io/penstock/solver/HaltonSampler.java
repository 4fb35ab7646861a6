package io.penstock.solver;

import io.penstock.sample.Quantity;
import io.penstock.setting.Check;
import java.util.List;
import java.util.stream.IntStream;
import org.apache.commons.rng.UniformRandomProvider;
import org.hipparchus.random.HaltonSequenceGenerator;

/**
 * The Halton sequence with a random shift modulo 1 (Cranley and Patterson 1976). The shift keeps
 * the low discrepancy, makes every point uniform, and makes sequences of different seeds
 * independent; leaping or starting further on would give two seeds pieces of one and the same
 * sequence. The first points do not depend on how many are drawn.
 */
final class HaltonSampler implements ParameterSampler {
    private static final int MAX_DIMENSIONS = 40;

    private final Box box;
    private final HaltonSequenceGenerator sequence;
    private final double[] shift;

    HaltonSampler(List<Quantity> ranges, UniformRandomProvider random) {
        this.box = new Box(ranges);
        Check.that(
                box.dimensions() <= MAX_DIMENSIONS,
                "parameters",
                box.dimensions() + " parameters",
                "at most " + MAX_DIMENSIONS + " with the sampler halton");
        this.sequence = new HaltonSequenceGenerator(box.dimensions());
        this.shift = random.doubles(box.dimensions()).toArray();
    }

    @Override
    public List<double[]> draw(int count) {
        return IntStream.range(0, count).mapToObj(i -> box.scale(shifted())).toList();
    }

    private double[] shifted() {
        double[] point = sequence.nextVector();
        for (int d = 0; d < point.length; d++) {
            double moved = point[d] + shift[d];
            point[d] = moved - Math.floor(moved);
        }
        return point;
    }
}
