package io.penstock.flink;

import io.penstock.schemas.ControlKind;
import io.penstock.schemas.TrainingControl;
import io.penstock.training.Control;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/** The records of the topic {@code training-controls}: keys, encoding, decoding. */
public final class ControlRecords {
    private ControlRecords() {}

    /** A shard's word that it takes a control. */
    static WireRecord taken(String study, String control, int shard, long batch, long millis) {
        return record(
                answer(study, control, shard, millis)
                        .setKind(ControlKind.TAKEN)
                        .setBatch(batch)
                        .build());
    }

    /** A shard's word that a control cannot be taken. */
    static WireRecord refused(String study, String control, int shard, String why, long millis) {
        return record(
                answer(study, control, shard, millis)
                        .setKind(ControlKind.FAILED)
                        .setMessage(why)
                        .build());
    }

    private static TrainingControl.Builder answer(
            String study, String control, int shard, long millis) {
        return TrainingControl.newBuilder()
                .setStudy(study)
                .setControl(control)
                .setShard(shard)
                .setBy("shard " + shard)
                .setTimestampMillis(millis);
    }

    /** A record with its key. */
    public static WireRecord record(TrainingControl control) {
        try {
            ByteBuffer encoded = TrainingControl.getEncoder().encode(control);
            byte[] value = new byte[encoded.remaining()];
            encoded.get(value);
            return new WireRecord(
                    control.getStudy().getBytes(StandardCharsets.UTF_8),
                    value,
                    WireRecord.ANY_PARTITION);
        } catch (IOException e) {
            throw new UncheckedIOException("a record of training-controls was not encoded", e);
        }
    }

    /**
     * Decodes a value of the topic.
     *
     * @throws IOException when it is none
     */
    public static TrainingControl decode(byte @Nullable [] value) throws IOException {
        if (value == null) {
            throw new IOException("the record has no value");
        }
        try {
            return TrainingControl.getDecoder().decode(value);
        } catch (RuntimeException e) {
            // Avro reports what it cannot read with runtime exceptions of many types.
            throw new IOException("not a record of training-controls: " + e.getMessage(), e);
        }
    }

    /** What a record says to shards. */
    static Control control(TrainingControl record, long offset) {
        Double rate = record.getLearningRate();
        return new Control(
                record.getControl(),
                record.getKind(),
                rate == null ? Double.NaN : rate,
                record.getShard(),
                record.getBatch(),
                offset);
    }
}
