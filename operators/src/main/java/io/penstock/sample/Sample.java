package io.penstock.sample;

import io.penstock.schemas.Purpose;

/**
 * A valid sample: who it is, where it lies in the log, and its row (see {@link SampleSpec}).
 *
 * @param simulation simulation id
 * @param step time step index
 * @param purpose trained on or only evaluated
 * @param partition partition of {@code solver-outputs} it was read from
 * @param offset its offset there
 * @param row inputs then outputs, little-endian 32-bit floats; not copied, and valid only until the
 *     decoder or serialiser that made it makes the next one
 */
@SuppressWarnings("ArrayRecordComponent") // Identity of the row is irrelevant; copying it is not.
public record Sample(
        long simulation, int step, Purpose purpose, int partition, long offset, byte[] row)
        implements Decoded {
    /** Its identity. */
    public SampleKey key() {
        return new SampleKey(simulation, step);
    }
}
