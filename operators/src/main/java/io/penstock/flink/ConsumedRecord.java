package io.penstock.flink;

import org.jspecify.annotations.Nullable;

/**
 * A Kafka record as a source read it, still encoded: what crosses the edges of a job instead of
 * Avro objects. A Flink POJO type.
 *
 * @param topic topic it was read from
 * @param partition its partition
 * @param offset its offset there
 * @param key its key, as bytes; not copied
 * @param value its value, as bytes; not copied; null for a tombstone
 */
@SuppressWarnings("ArrayRecordComponent") // Identity of the arrays is irrelevant; copies are not.
public record ConsumedRecord(
        String topic, int partition, long offset, byte @Nullable [] key, byte @Nullable [] value) {}
