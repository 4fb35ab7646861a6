package io.penstock.flink;

import io.penstock.schemas.ShardWeights;
import io.penstock.schemas.ShardWeightsKind;
import java.io.BufferedOutputStream;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.InterruptedIOException;
import java.io.OutputStream;
import java.io.SequenceInputStream;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Properties;
import java.util.TreeMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.jspecify.annotations.Nullable;

/**
 * The exchange through the topic {@code shard-weights}, in chunks with a checksum each. What is
 * received is held in memory while it is put to use.
 */
public final class KafkaStateExchange implements StateExchange {
    private static final long serialVersionUID = 1L;
    private static final int CHUNK_BYTES = 2 << 20;

    private final Properties producer;
    private final Properties consumer;
    private final String topic;
    private final String study;
    private final String run;
    private final long first;
    private final Duration patience;

    /**
     * Where the exchange takes place.
     *
     * @param producer Kafka producer settings
     * @param consumer Kafka consumer settings
     * @param topic the topic, of one partition
     * @param first an offset of it that lies before whatever this submission writes
     * @param patience longest wait without any progress
     */
    public record Settings(
            Properties producer,
            Properties consumer,
            String topic,
            long first,
            Duration patience) {}

    /**
     * @param run submission of the training job
     */
    public KafkaStateExchange(Settings settings, String study, String run) {
        this.producer = settings.producer();
        this.consumer = settings.consumer();
        this.topic = settings.topic();
        this.first = settings.first();
        this.patience = settings.patience();
        this.study = study;
        this.run = run;
    }

    @Override
    public OutputStream send(int shards, int shard) {
        return new BufferedOutputStream(new ChunkStream(shards, shard), CHUNK_BYTES);
    }

    /** Sends each array it is given as one chunk, and an empty one at the end. */
    private final class ChunkStream extends OutputStream {
        private final KafkaProducer<byte[], byte[]> kafka =
                new KafkaProducer<>(producer, new ByteArraySerializer(), new ByteArraySerializer());
        private final int shards;
        private final int shard;
        private int chunks;
        private @Nullable Future<RecordMetadata> last;

        ChunkStream(int shards, int shard) {
            this.shards = shards;
            this.shard = shard;
        }

        @Override
        public void write(int b) throws IOException {
            write(new byte[] {(byte) b}, 0, 1);
        }

        @Override
        public void write(byte[] bytes, int offset, int length) throws IOException {
            for (int at = offset; at < offset + length; at += CHUNK_BYTES) {
                int n = Math.min(CHUNK_BYTES, offset + length - at);
                byte[] chunk = new byte[n];
                System.arraycopy(bytes, at, chunk, 0, n);
                send(chunk, false);
            }
        }

        private void send(byte[] data, boolean end) {
            ShardWeights record =
                    ShardWeightsRecords.state(study, run, shards, shard, chunks++, end, data);
            last = kafka.send(new ProducerRecord<>(topic, ShardWeightsRecords.encode(record)));
        }

        @Override
        public void close() throws IOException {
            try {
                send(new byte[0], true);
                kafka.flush();
                if (last != null) {
                    last.get();
                }
            } catch (ExecutionException e) {
                throw new IOException("the state of former shard " + shard + " was not sent", e);
            } catch (InterruptedException e) {
                throw (IOException)
                        new InterruptedIOException("while the state of a shard was sent")
                                .initCause(e);
            } finally {
                kafka.close();
            }
        }
    }

    @Override
    public List<InputStream> receive() throws IOException {
        Map<Integer, List<byte[]>> begun = new TreeMap<>();
        Map<Integer, List<byte[]>> whole = new TreeMap<>();
        int shards = Integer.MAX_VALUE;
        TopicPartition log = new TopicPartition(topic, 0);
        try (KafkaConsumer<byte[], byte[]> kafka = KafkaContributionLog.consumer(consumer)) {
            kafka.assign(List.of(log));
            kafka.seek(log, first);
            long deadline = System.nanoTime() + patience.toNanos();
            while (whole.size() < shards) {
                for (ConsumerRecord<byte[], byte[]> record : kafka.poll(Duration.ofSeconds(1))) {
                    deadline = System.nanoTime() + patience.toNanos();
                    Optional<ShardWeights> piece = ours(record.value());
                    if (piece.isPresent()) {
                        shards = piece.get().getShards();
                        take(piece.get(), begun, whole);
                    }
                }
                if (System.nanoTime() > deadline) {
                    throw new IOException(missing(whole, shards));
                }
            }
        }
        return whole.values().stream().map(KafkaStateExchange::stream).toList();
    }

    private Optional<ShardWeights> ours(byte @Nullable [] value) {
        try {
            return Optional.of(ShardWeightsRecords.decode(value))
                    .filter(record -> record.getKind() == ShardWeightsKind.STATE)
                    .filter(record -> record.getStudy().equals(study))
                    .filter(record -> record.getRun().equals(run));
        } catch (IOException e) {
            return Optional.empty(); // Reported by whoever decodes contributions.
        }
    }

    /** The first whole one counts; a sender that begins anew begins at its chunk 0. */
    private static void take(
            ShardWeights piece,
            Map<Integer, List<byte[]>> begun,
            Map<Integer, List<byte[]>> whole) {
        if (piece.getChunk() == 0) {
            begun.put(piece.getShard(), new ArrayList<>());
        }
        List<byte[]> chunks = begun.get(piece.getShard());
        if (chunks == null
                || chunks.size() != piece.getChunk()
                || !ShardWeightsRecords.isIntact(piece)) {
            begun.remove(piece.getShard());
            return;
        }
        chunks.add(ShardWeightsRecords.data(piece));
        if (piece.getChunks() == chunks.size()) {
            whole.putIfAbsent(piece.getShard(), chunks);
        }
    }

    private static InputStream stream(List<byte[]> chunks) {
        return new SequenceInputStream(
                Collections.enumeration(chunks.stream().map(ByteArrayInputStream::new).toList()));
    }

    private String missing(Map<Integer, List<byte[]>> whole, int shards) {
        String found =
                shards == Integer.MAX_VALUE
                        ? "no former shard left anything"
                        : "of " + shards + " former shards only " + whole.keySet() + " came";
        return "the state of the former shards did not come through "
                + topic
                + " within "
                + patience.toSeconds()
                + " s: "
                + found;
    }
}
