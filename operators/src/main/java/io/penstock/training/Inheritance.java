package io.penstock.training;

import ai.djl.ndarray.NDArray;
import io.penstock.reservoir.Departed;
import io.penstock.reservoir.DrawStatistics;
import io.penstock.reservoir.Reservoir;
import io.penstock.sample.SampleKey;
import io.penstock.sample.SampleLog;
import io.penstock.schemas.Purpose;
import java.io.BufferedInputStream;
import java.io.BufferedOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;
import java.util.Map;

/**
 * What the shards of a job leave to those of a job with another number of them. Every heir reads
 * what all former shards left, and takes what the sharding rule gives it: samples by reference,
 * which it reads again from the log, and received steps. Weights are those that the last round
 * made, or of a shard that was alone its own; moments those of former shard 0, or averaged with the
 * weights; controls those of former shard 0; what the techniques of {@link ContinualSpec} remember
 * begins anew. Totals go to heir 0, so that sums over shards stay right.
 *
 * <p>It travels from one job to the other and is not kept, so it has no versions: a state of any
 * version becomes one of these by being restored first.
 */
public final class Inheritance {
    private static final int MAGIC = 0x504e5349; // "PNSI"
    private static final int CHUNK = 1 << 20;

    private Inheritance() {}

    /** A sample of a reservoir. */
    private record Held(int partition, long offset, long simulation, int step, int draws) {}

    /**
     * Restores a former shard and writes what it leaves.
     *
     * @param study settings of the new study; only the number of shards may differ
     * @param state its state
     */
    public static void write(
            StudySpec study, TrainerState.Header of, InputStream state, OutputStream out)
            throws IOException {
        StudySpec former = study.withShards(of.shards());
        try (TrainingShard shard = new TrainingShard(former, of.shard(), ShardLogs.NONE)) {
            TrainerState.readAllBut(shard, state);
            write(shard, new DataOutputStream(new BufferedOutputStream(out, CHUNK)));
        }
    }

    private static void write(TrainingShard shard, DataOutputStream out) throws IOException {
        out.writeInt(MAGIC);
        out.writeUTF(shard.study.sample().study());
        out.writeUTF(shard.study.architecture());
        shard.counters.writeTo(out);
        out.writeDouble(shard.owed());
        out.writeInt(shard.study.training().shards());
        out.writeInt(shard.number);
        shard.received.writeTo(out);
        out.writeInt(shard.offsets.size());
        for (Map.Entry<Integer, Long> entry : shard.offsets.entrySet()) {
            out.writeInt(entry.getKey());
            out.writeLong(entry.getValue());
        }
        writeReservoir(shard.reservoir, out);
        shard.backlog.writeTo(out, false);
        writeValidation(shard.validation, out);
        out.writeBoolean(shard.number == 0);
        if (shard.number == 0) {
            byte[] chunk = new byte[CHUNK];
            TrainerState.writeTensors(shard.trainer.stateTensors(), out, chunk);
            TrainerState.writeTensors(shard.rounds.merged(), out, chunk);
            shard.controls.writeTo(out);
        }
        out.flush();
    }

    private static void writeReservoir(Reservoir reservoir, DataOutputStream out)
            throws IOException {
        List<Integer> slots = new ArrayList<>();
        reservoir.forEachOccupied(slots::add);
        out.writeInt(slots.size());
        for (int slot : slots) {
            out.writeInt(reservoir.partition(slot));
            out.writeLong(reservoir.offset(slot));
            out.writeLong(reservoir.simulation(slot));
            out.writeInt(reservoir.step(slot));
            out.writeInt(reservoir.draws(slot));
        }
        Departed departed = reservoir.departed();
        out.writeLong(departed.evicted());
        out.writeLong(departed.drained());
        out.writeLong(departed.lost());
        DrawStatistics draws = departed.draws();
        for (long samples : draws.histogram()) {
            out.writeLong(samples);
        }
        out.writeLong(draws.count());
        out.writeLong(draws.total());
        out.writeLong(draws.min());
        out.writeLong(draws.max());
    }

    private static void writeValidation(ValidationSet validation, DataOutputStream out)
            throws IOException {
        List<Integer> slots = new ArrayList<>();
        validation.forEachReadable(slots::add);
        out.writeInt(slots.size());
        for (int slot : slots) {
            out.writeInt(validation.partition(slot));
            out.writeLong(validation.offset(slot));
        }
        validation.last().writeTo(out);
    }

    /**
     * Gives a fresh shard its part.
     *
     * @param formers what each former shard left, in their order
     * @param log where samples are read again
     */
    public static void take(TrainingShard heir, List<? extends InputStream> formers, SampleLog log)
            throws IOException {
        Heir taking = new Heir(heir, formers.size());
        for (InputStream former : formers) {
            taking.take(new DataInputStream(new BufferedInputStream(former, CHUNK)));
        }
        taking.settle(log);
    }

    /** A shard that collects its part. */
    private static final class Heir {
        private final TrainingShard shard;
        private final int formers;
        private final List<Held> unseen = new ArrayList<>();
        private final List<Held> seen = new ArrayList<>();
        private final Backlog waiting;
        private final List<long[]> validationAt = new ArrayList<>();
        private double owed;
        private long batches;
        private long samplesTrained;

        Heir(TrainingShard shard, int formers) {
            this.shard = shard;
            this.formers = formers;
            this.waiting = new Backlog(shard.store.rowBytes());
        }

        private boolean isMine(long simulation, int step) {
            return new SampleKey(simulation, step).shard(shard.study.training().shards())
                    == shard.number;
        }

        void take(DataInputStream in) throws IOException {
            TrainerState.require(in.readInt() == MAGIC, "not what a former shard left");
            TrainerState.requireSame(in.readUTF(), in.readUTF(), shard.study);
            takeCounters(in);
            owed += in.readDouble();
            int steps = shard.study.sample().steps();
            ReceivedSteps received = new ReceivedSteps(steps, in.readInt(), in.readInt());
            received.readFrom(in, TrainerState.VERSION);
            shard.received.addAll(received, key -> isMine(key.simulation(), key.step()));
            for (int left = in.readInt(); left > 0; left--) {
                shard.offsets.merge(in.readInt(), in.readLong(), Math::max);
            }
            takeReservoir(in);
            waiting.readFrom(in);
            takeValidation(in);
            if (in.readBoolean()) {
                takeTensors(in);
            }
        }

        private void takeCounters(DataInputStream in) throws IOException {
            ShardCounters former = new ShardCounters();
            former.readFrom(in, true);
            batches += former.batches;
            samplesTrained += former.samplesTrained;
            if (shard.number == 0) {
                shard.counters.batches += former.batches;
                shard.counters.samplesTrained += former.samplesTrained;
                shard.counters.duplicates += former.duplicates;
                shard.counters.lostReferences += former.lostReferences;
            }
        }

        private void takeReservoir(DataInputStream in) throws IOException {
            for (int left = in.readInt(); left > 0; left--) {
                Held held =
                        new Held(
                                in.readInt(),
                                in.readLong(),
                                in.readLong(),
                                in.readInt(),
                                in.readInt());
                if (isMine(held.simulation(), held.step())) {
                    (held.draws() == 0 ? unseen : seen).add(held);
                }
            }
            long evicted = in.readLong();
            long drained = in.readLong();
            long lost = in.readLong();
            List<Long> histogram = new ArrayList<>();
            for (int i = 0; i < DrawStatistics.BUCKETS; i++) {
                histogram.add(in.readLong());
            }
            DrawStatistics draws =
                    new DrawStatistics(
                            histogram, in.readLong(), in.readLong(), in.readLong(), in.readLong());
            if (shard.number == 0) {
                shard.reservoir.addDeparted(new Departed(evicted, drained, lost, draws));
            }
        }

        private void takeValidation(DataInputStream in) throws IOException {
            for (int left = in.readInt(); left > 0; left--) {
                validationAt.add(new long[] {in.readInt(), in.readLong()});
            }
            ValidationResult last = ValidationResult.readFrom(in);
            if (shard.number == 0 && last.isPresent()) {
                shard.validation.conclude(last);
            }
        }

        private void takeTensors(DataInputStream in) throws IOException {
            byte[] chunk = new byte[CHUNK];
            TrainerState.readTensors(shard.trainer.stateTensors(), in, chunk);
            shard.trainer.resetTrainingSums();
            shard.trainer.resetErrorSums();
            if (formers > 1) {
                List<NDArray> merged =
                        shard.trainer.mergedTensors(shard.study.training().merge().moments());
                TrainerState.readTensors(merged, in, chunk);
            } else {
                TrainerState.skipTensors(in);
            }
            shard.trainer.weightsReplaced();
            shard.controls.readFrom(in);
            shard.controls.inherited();
        }

        /** Puts what was collected into its places, and reads the samples again. */
        void settle(SampleLog log) throws IOException {
            unseen.addAll(seen);
            for (Held held : unseen) {
                if (shard.reservoir.size() < shard.reservoir.capacity()) {
                    shard.reservoir.adopt(
                            held.partition(),
                            held.offset(),
                            held.simulation(),
                            held.step(),
                            held.draws());
                } else {
                    // No slot for it now; nothing is lost, it comes in when one is free.
                    shard.backlog.add(
                            new Backlog.Entry(
                                    held.simulation(),
                                    held.step(),
                                    Purpose.TRAINING,
                                    held.partition(),
                                    held.offset(),
                                    true,
                                    null));
                }
            }
            for (Backlog.Entry entry : waiting.entries()) {
                if (isMine(entry.simulation(), entry.step())) {
                    shard.backlog.add(entry);
                }
            }
            shard.counters.carried += owed / shard.study.training().shards() - shard.owed();
            shard.counters.lostReferences +=
                    References.of(shard.reservoir).refill(shard.store, log);
            readValidation(log);
            shard.rounds.inherit(batches, samplesTrained, shard.counters);
        }

        /** Which of them are this shard's is known only when they are read. */
        private void readValidation(SampleLog log) throws IOException {
            validationAt.sort(
                    (a, b) -> a[0] == b[0] ? Long.compare(a[1], b[1]) : Long.compare(a[0], b[0]));
            BitSet missing = new BitSet();
            missing.set(0, validationAt.size());
            log.read(
                    validationAt.stream().mapToInt(at -> (int) at[0]).toArray(),
                    validationAt.stream().mapToLong(at -> at[1]).toArray(),
                    (i, sample) -> {
                        if (sample.purpose() == Purpose.VALIDATION) {
                            missing.clear(i);
                            if (isMine(sample.simulation(), sample.step())) {
                                shard.validation.add(sample);
                            }
                        }
                    });
            if (shard.number == 0) {
                shard.counters.lostReferences += missing.cardinality();
            }
        }
    }
}
