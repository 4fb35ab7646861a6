package io.penstock.solver;

import java.util.List;

/**
 * Draws points from the box spanned by the ranges of the parameters. The same generator state gives
 * the same points.
 */
public interface ParameterSampler {
    /**
     * The next points.
     *
     * @param count number of points, 0 or above
     * @return the points, each with one value for every range, in order, within the range
     */
    List<double[]> draw(int count);
}
