package io.penstock.surrogate;

import io.penstock.sample.FieldSpec;
import io.penstock.sample.SampleForm;
import io.penstock.sample.SampleSpec;
import io.penstock.setting.Check;
import io.penstock.setting.InvalidSettingException;
import java.util.List;

/**
 * What a network is given and what it gives, for k samples, all normalised: scalars [k, scalars]
 * and, if it has input channels, fields [k, inputChannels, grid…] → outputs [k, outputs].
 *
 * <p>Channels are the fields of one step after those of the other, as are the outputs, each field
 * in C order. Fields of different shapes share no grid: each of their cells is a channel of its
 * own, and the grid has no axes.
 *
 * @param scalars numbers of a sample: its parameters, and the time of its last given step or, when
 *     no step is given, of the step predicted
 * @param inputChannels fields given
 * @param outputChannels fields predicted
 * @param grid extent of each axis of a field, slowest first; none if fields differ
 * @param steps time steps predicted at a time and, if there are input channels, given
 */
public record NetworkShape(
        int scalars, int inputChannels, int outputChannels, List<Integer> grid, int steps) {
    public NetworkShape {
        grid = List.copyOf(grid);
    }

    /** The shape of a study's network. */
    public static NetworkShape of(SampleSpec sample, SampleForm form) {
        return of(sample.inputs(), sample.fields().stream().map(FieldSpec::shape).toList(), form);
    }

    static NetworkShape of(int scalars, List<List<Integer>> fields, SampleForm form) {
        List<Integer> grid = fields.stream().distinct().count() == 1 ? fields.get(0) : List.of();
        int cells = fields.stream().mapToInt(NetworkShape::cells).reduce(0, Math::addExact);
        int channels = cells / cells(grid);
        return new NetworkShape(
                scalars,
                channels * form.givenSteps(),
                channels * form.bundle(),
                grid,
                form.bundle());
    }

    private static int cells(List<Integer> grid) {
        return grid.stream().reduce(1, Math::multiplyExact);
    }

    /**
     * Requires a grid of few axes.
     *
     * @param kind the architecture that cannot do with another
     * @param most the most axes it can have
     * @throws InvalidSettingException with the key {@code architecture}
     */
    void checkGrid(String kind, int most) {
        Check.that(
                !grid.isEmpty(),
                "architecture",
                kind,
                "one that needs no grid, since fields of different shapes share none");
        Check.that(
                grid.size() <= most,
                "architecture",
                kind,
                "one for the %d axes of %s; the most for this one is %d"
                        .formatted(grid.size(), grid, most));
    }

    /** Cells of the grid. */
    public int cells() {
        return cells(grid);
    }

    /** Values given beside the scalars. */
    public int inputs() {
        return Math.multiplyExact(inputChannels, cells());
    }

    /** Values predicted. */
    public int outputs() {
        return Math.multiplyExact(outputChannels, cells());
    }
}
