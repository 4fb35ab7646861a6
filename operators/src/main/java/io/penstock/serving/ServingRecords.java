package io.penstock.serving;

import io.penstock.schemas.Prediction;
import io.penstock.schemas.ServingEvent;
import java.io.IOException;
import java.io.UncheckedIOException;
import org.apache.avro.message.MessageEncoder;

/** The records that serving writes, encoded. */
public final class ServingRecords {
    private ServingRecords() {}

    /** An answer. */
    public static byte[] encode(Prediction prediction) {
        return encode(Prediction.getEncoder(), prediction);
    }

    /** An event. */
    public static byte[] encode(ServingEvent event) {
        return encode(ServingEvent.getEncoder(), event);
    }

    /**
     * By way of a buffer that the encoder keeps for a thread: one of its own would be filled with
     * zeros, and copied as it grows.
     */
    private static <T> byte[] encode(MessageEncoder<T> encoder, T record) {
        try {
            return encoder.encode(record).array();
        } catch (IOException e) {
            throw new UncheckedIOException("a record was not encoded", e);
        }
    }
}
