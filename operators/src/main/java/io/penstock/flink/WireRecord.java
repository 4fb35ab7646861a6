package io.penstock.flink;

import org.jspecify.annotations.Nullable;

/**
 * A Kafka record on its way to a sink, already encoded. A Flink POJO type.
 *
 * @param key its key, as bytes; not copied
 * @param value its value, as bytes; not copied
 * @param partition the partition it goes to; {@link #ANY_PARTITION} leaves that to the producer's
 *     partitioner
 */
@SuppressWarnings("ArrayRecordComponent") // Identity of the arrays is irrelevant; copies are not.
public record WireRecord(byte @Nullable [] key, byte[] value, int partition) {
    /** Lets the producer's partitioner choose. */
    public static final int ANY_PARTITION = -1;
}
