package io.penstock.serving;

import io.penstock.schemas.Field;
import io.penstock.schemas.Prediction;
import io.penstock.schemas.ServingEvent;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;

/** The records that serving writes, encoded. */
public final class ServingRecords {
    private static final int ENVELOPE_BYTES = 512;

    private ServingRecords() {}

    /** An answer. */
    public static byte[] encode(Prediction prediction) {
        int size = ENVELOPE_BYTES;
        for (Field field : prediction.getFields()) {
            size += field.getData().remaining() + ENVELOPE_BYTES;
        }
        // Of a size known beforehand, so that it need not grow, which copies what is large.
        ByteArrayOutputStream bytes = new ByteArrayOutputStream(size);
        try {
            Prediction.getEncoder().encode(prediction, bytes);
        } catch (IOException e) {
            throw new UncheckedIOException("a prediction was not encoded", e);
        }
        return bytes.toByteArray();
    }

    /** An event. */
    public static byte[] encode(ServingEvent event) {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try {
            ServingEvent.getEncoder().encode(event, bytes);
        } catch (IOException e) {
            throw new UncheckedIOException("a serving event was not encoded", e);
        }
        return bytes.toByteArray();
    }
}
