package io.penstock.surrogate;

import io.penstock.sample.FieldSpec;
import io.penstock.sample.SampleForm;
import io.penstock.sample.SampleSpec;
import java.util.List;

/**
 * What a network is given and what it gives, for k samples, all normalised: scalars [k, scalars]
 * and, if it has input channels, fields [k, inputChannels, grid…] → outputs [k, outputs].
 *
 * <p>Channels are the fields of one step after those of the other, as are the outputs, each field
 * in C order.
 *
 * @param scalars numbers of a sample: its parameters, and the time of its last given step or, when
 *     no step is given, of the step predicted
 * @param inputChannels fields given
 * @param outputChannels fields predicted
 * @param grid extent of each axis of a field, slowest first
 * @param steps time steps predicted at a time and, if there are input channels, given
 */
public record NetworkShape(
        int scalars, int inputChannels, int outputChannels, List<Integer> grid, int steps) {
    public NetworkShape {
        grid = List.copyOf(grid);
    }

    /**
     * The shape of a study's network. Fields of different shapes become one channel of all their
     * cells in a row.
     */
    public static NetworkShape of(SampleSpec sample, SampleForm form) {
        return of(sample.inputs(), sample.fields().stream().map(FieldSpec::shape).toList(), form);
    }

    static NetworkShape of(int scalars, List<List<Integer>> fields, SampleForm form) {
        boolean isOneGrid = fields.stream().distinct().count() == 1;
        int channels = isOneGrid ? fields.size() : 1;
        int cells = fields.stream().mapToInt(NetworkShape::cells).reduce(0, Math::addExact);
        return new NetworkShape(
                scalars,
                channels * form.givenSteps(),
                channels * form.bundle(),
                isOneGrid ? fields.get(0) : List.of(cells),
                form.bundle());
    }

    private static int cells(List<Integer> grid) {
        return grid.stream().reduce(1, Math::multiplyExact);
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
