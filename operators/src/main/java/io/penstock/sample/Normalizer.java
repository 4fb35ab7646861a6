package io.penstock.sample;

import java.io.DataInput;
import java.io.DataOutput;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;

/**
 * Maps a quantity q to {@code (q - shift) × scale}: one pair of constants per input, one per field.
 *
 * <p>With <em>ranges</em> the constants come from the study: inputs go to [-1, 1], fields to [0,
 * 1]. With <em>moments</em> they are the running mean and the inverse of the running standard
 * deviation of the rows observed, merged row by row (Chan, Golub and LeVeque, 1979), and are part
 * of the training state.
 */
public final class Normalizer {
    private static final double SMALLEST_DEVIATION = 1e-6;

    private final SampleSpec spec;
    private final boolean moments;
    private final int[] cells;
    private final double[] count;
    private final double[] mean;
    private final double[] squares;
    private final Affine[] constants;
    private long version;

    /**
     * The constants of one quantity.
     *
     * @param shift subtracted first
     * @param scale multiplied with next; above 0
     */
    public record Affine(double shift, double scale) {}

    private Normalizer(SampleSpec spec, boolean moments) {
        this.spec = spec;
        this.moments = moments;
        this.cells = spec.fields().stream().mapToInt(FieldSpec::cells).toArray();
        int quantities = spec.inputs() + cells.length;
        this.count = new double[quantities];
        this.mean = new double[quantities];
        this.squares = new double[quantities];
        this.constants = new Affine[quantities];
    }

    /** A normaliser with the constants that the study's ranges give. */
    public static Normalizer ofRanges(SampleSpec spec) {
        Normalizer normalizer = new Normalizer(spec, false);
        int i = 0;
        for (Quantity q : spec.parameters()) {
            normalizer.constants[i++] = symmetric(q);
        }
        normalizer.constants[i++] = symmetric(spec.time());
        for (FieldSpec field : spec.fields()) {
            normalizer.constants[i++] = new Affine(field.min(), 1 / (field.max() - field.min()));
        }
        return normalizer;
    }

    /** A normaliser that learns its constants from the rows it observes. */
    public static Normalizer ofMoments(SampleSpec spec) {
        Normalizer normalizer = new Normalizer(spec, true);
        Arrays.fill(normalizer.constants, new Affine(0, 1));
        return normalizer;
    }

    private static Affine symmetric(Quantity q) {
        return new Affine((q.min() + q.max()) / 2, 2 / (q.max() - q.min()));
    }

    /** Takes a training row into the running moments; does nothing with ranges. */
    public void observe(byte[] row) {
        if (!moments) {
            return;
        }
        ByteBuffer values = ByteBuffer.wrap(row).order(ByteOrder.LITTLE_ENDIAN);
        for (int i = 0; i < spec.inputs(); i++) {
            merge(i, 1, values.getFloat(), 0);
        }
        for (int f = 0; f < cells.length; f++) {
            observeField(spec.inputs() + f, cells[f], values);
        }
        version++;
    }

    private void observeField(int quantity, int n, ByteBuffer values) {
        int start = values.position();
        double sum = 0;
        for (int i = 0; i < n; i++) {
            sum += values.getFloat();
        }
        double fieldMean = sum / n;
        values.position(start);
        double fieldSquares = 0;
        for (int i = 0; i < n; i++) {
            double d = values.getFloat() - fieldMean;
            fieldSquares += d * d;
        }
        merge(quantity, n, fieldMean, fieldSquares);
    }

    private void merge(int quantity, double n, double otherMean, double otherSquares) {
        double total = count[quantity] + n;
        double delta = otherMean - mean[quantity];
        squares[quantity] += otherSquares + delta * delta * count[quantity] * n / total;
        mean[quantity] += delta * n / total;
        count[quantity] = total;
        constants[quantity] = fromMoments(quantity);
    }

    private Affine fromMoments(int quantity) {
        double deviation = Math.sqrt(squares[quantity] / count[quantity]);
        double floor = SMALLEST_DEVIATION * Math.max(1, Math.abs(mean[quantity]));
        return new Affine(mean[quantity], deviation > floor ? 1 / deviation : 1);
    }

    /** Grows whenever the constants may have changed. */
    public long version() {
        return version;
    }

    /** Constants of input {@code i}: the parameters in order, then the time. */
    public Affine input(int i) {
        return constants[i];
    }

    /** Constants of field {@code f}. */
    public Affine field(int f) {
        return constants[spec.inputs() + f];
    }

    /** Writes the running moments; nothing with ranges. */
    public void writeTo(DataOutput out) throws IOException {
        out.writeBoolean(moments);
        for (int i = 0; moments && i < count.length; i++) {
            out.writeDouble(count[i]);
            out.writeDouble(mean[i]);
            out.writeDouble(squares[i]);
        }
    }

    /** Reads back what {@link #writeTo} wrote for the same study. */
    public void readFrom(DataInput in) throws IOException {
        boolean stored = in.readBoolean();
        if (stored != moments) {
            throw new IOException(
                    "the state holds a normaliser of "
                            + (stored ? "moments" : "ranges")
                            + " but the study asks for "
                            + (moments ? "moments" : "ranges"));
        }
        for (int i = 0; moments && i < count.length; i++) {
            count[i] = in.readDouble();
            mean[i] = in.readDouble();
            squares[i] = in.readDouble();
            constants[i] = count[i] > 0 ? fromMoments(i) : new Affine(0, 1);
        }
        version++;
    }
}
