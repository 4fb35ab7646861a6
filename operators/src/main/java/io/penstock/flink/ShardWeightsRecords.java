package io.penstock.flink;

import io.penstock.schemas.ShardWeights;
import io.penstock.schemas.ShardWeightsKind;
import io.penstock.training.ContributionChunk;
import io.penstock.training.ContributionSummary;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.zip.CRC32C;
import org.jspecify.annotations.Nullable;

/** The records of the topic {@code shard-weights}: keys, encoding, decoding, checksums. */
final class ShardWeightsRecords {
    private static final int ENVELOPE_BYTES = 1 << 10;

    private ShardWeightsRecords() {}

    /** Key of the record that ends a run. */
    static byte[] endKey(String study, String run) {
        return key(study, run, "end");
    }

    private static byte[] key(String study, String run, String rest) {
        return (study + "/" + run + "/" + rest).getBytes(StandardCharsets.UTF_8);
    }

    /** A chunk of a contribution. */
    static WireRecord contribution(String study, ContributionChunk chunk, byte[] values) {
        ContributionSummary summary = chunk.summary();
        ShardWeights.Builder record =
                ShardWeights.newBuilder()
                        .setStudy(study)
                        .setRun(chunk.run())
                        .setKind(ShardWeightsKind.CONTRIBUTION)
                        .setArchitecture(chunk.architecture())
                        .setShards(chunk.shards())
                        .setShard(chunk.shard())
                        .setRound(chunk.round())
                        .setContribution(chunk.digest())
                        .setChunk(chunk.chunk())
                        .setChunks(chunk.chunks())
                        .setSamples(summary.samples())
                        .setDrained(summary.drained())
                        .setBatches(summary.batches())
                        .setSamplesTrained(summary.samplesTrained())
                        .setValidationCount(summary.validationCount())
                        .setValidationSums(
                                Arrays.stream(summary.validationSums()).boxed().toList());
        return record(
                key(study, chunk.run(), chunk.round() + "/" + chunk.shard()),
                record.setChecksum(checksum(values)).setData(ByteBuffer.wrap(values)).build());
    }

    /** The record that ends a run. */
    static WireRecord end(String study, String run) {
        return record(
                endKey(study, run),
                ShardWeights.newBuilder()
                        .setStudy(study)
                        .setRun(run)
                        .setKind(ShardWeightsKind.END)
                        .setShards(0)
                        .setShard(0)
                        .build());
    }

    /** A piece of a former shard's state. */
    static ShardWeights state(
            String study, String run, int shards, int shard, int chunk, boolean last, byte[] data) {
        return ShardWeights.newBuilder()
                .setStudy(study)
                .setRun(run)
                .setKind(ShardWeightsKind.STATE)
                .setShards(shards)
                .setShard(shard)
                .setChunk(chunk)
                .setChunks(last ? chunk + 1 : 0)
                .setChecksum(checksum(data))
                .setData(ByteBuffer.wrap(data))
                .build();
    }

    private static WireRecord record(byte[] key, ShardWeights value) {
        return new WireRecord(key, encode(value), WireRecord.ANY_PARTITION);
    }

    static byte[] encode(ShardWeights value) {
        // Of a size known beforehand, so that it need not grow, which copies what is large.
        ByteArrayOutputStream bytes =
                new ByteArrayOutputStream(value.getData().remaining() + ENVELOPE_BYTES);
        try {
            ShardWeights.getEncoder().encode(value, bytes);
        } catch (IOException e) {
            throw new UncheckedIOException("a record of shard-weights was not encoded", e);
        }
        return bytes.toByteArray();
    }

    /**
     * Decodes a value of the topic.
     *
     * @throws IOException when it is none
     */
    static ShardWeights decode(byte @Nullable [] value) throws IOException {
        if (value == null) {
            throw new IOException("the record has no value");
        }
        try {
            return ShardWeights.getDecoder().decode(value);
        } catch (RuntimeException e) {
            // Avro reports what it cannot read with runtime exceptions of many types.
            throw new IOException("not a record of shard-weights: " + e.getMessage(), e);
        }
    }

    /** What a contribution's record says of it, with its values where those of a round are few. */
    static ContributionChunk chunk(ShardWeights record, long offset) {
        long round = (long) record.getData().remaining() * record.getChunks() * record.getShards();
        double[] sums =
                record.getValidationSums().stream().mapToDouble(Double::doubleValue).toArray();
        return new ContributionChunk(
                record.getRun(),
                record.getArchitecture(),
                record.getShards(),
                record.getShard(),
                record.getRound(),
                record.getContribution(),
                record.getChunk(),
                record.getChunks(),
                new ContributionSummary(
                        record.getSamples(),
                        record.getDrained(),
                        record.getBatches(),
                        record.getSamplesTrained(),
                        record.getValidationCount(),
                        sums),
                offset,
                isIntact(record),
                round <= ContributionChunk.MOST_TOLD_BYTES ? data(record) : null);
    }

    static boolean isIntact(ShardWeights record) {
        return record.getChecksum() == checksum(record.getData());
    }

    private static int checksum(byte[] data) {
        return checksum(ByteBuffer.wrap(data));
    }

    private static int checksum(ByteBuffer data) {
        CRC32C crc = new CRC32C();
        crc.update(data.duplicate());
        return (int) crc.getValue();
    }

    /** The bytes a record carries. */
    static byte[] data(ShardWeights record) {
        ByteBuffer data = record.getData();
        byte[] bytes = new byte[data.remaining()];
        data.get(data.position(), bytes);
        return bytes;
    }
}
