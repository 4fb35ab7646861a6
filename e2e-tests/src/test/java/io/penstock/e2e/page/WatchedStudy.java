package io.penstock.e2e.page;

import io.penstock.schemas.EventKind;
import io.penstock.schemas.Phase;
import io.penstock.schemas.Purpose;
import io.penstock.schemas.RejectedSample;
import io.penstock.schemas.RejectionCause;
import io.penstock.schemas.ServingEvent;
import io.penstock.schemas.ServingEventKind;
import io.penstock.schemas.SimulationEvent;
import io.penstock.schemas.SimulationRequest;
import io.penstock.schemas.TrainingReport;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.List;

/** What a study of some shards sends while it is trained: figures that a test can work out. */
final class WatchedStudy {
    static final int STEPS = 100;
    static final int CAPACITY = 6000;
    private static final int EVERY_MILLIS = 200;

    private final WatchedKafka kafka;
    private final String study;
    private final int shards;
    private final long start;

    /**
     * @param reports how many reports of a shard go before the present
     */
    WatchedStudy(WatchedKafka kafka, String study, int shards, int reports) {
        this.kafka = kafka;
        this.study = study;
        this.shards = shards;
        this.start = System.currentTimeMillis() - (long) reports * EVERY_MILLIS;
    }

    /** Training steps a shard has done by its i-th report. */
    static long batches(int i) {
        return 26L * Math.max(0, i - 10);
    }

    static double loss(int i) {
        return 0.9 * Math.exp(-i / 35.0) + 0.05 * Math.exp(-i / 230.0) + 6e-4;
    }

    /** The i-th report of every shard. */
    void report(int i) throws IOException {
        for (int shard = 0; shard < shards; shard++) {
            kafka.send(
                    kafka.topics.trainingReports(),
                    study + "/" + shard,
                    TrainingReport.getEncoder().encode(report(shard, i)));
        }
    }

    TrainingReport report(int shard, int i) {
        boolean hasTrained = batches(i) > 0;
        int unseen = (int) Math.min(60L * i, 1800 * Math.exp(-i / 300.0));
        double wobble = 1 + 0.15 * Math.sin(1.7 * i + shard);
        return TrainingReport.newBuilder()
                .setStudy(study)
                .setShard(shard)
                .setShards(shards)
                .setPhase(hasTrained ? Phase.TRAINING : Phase.FILLING)
                .setTimestampMillis(start + (long) i * EVERY_MILLIS)
                .setIntervalSeconds(EVERY_MILLIS / 1e3)
                .setBatches(batches(i))
                .setSamplesTrained(32 * batches(i))
                .setInserts(60L * i)
                .setValidationSamples(4L * i)
                .setDuplicates(i / 40)
                .setLoss(hasTrained ? (Double) (loss(i) * wobble) : null)
                .setFreshLoss(hasTrained ? (Double) (1.4 * loss(i) * wobble * wobble) : null)
                .setGradientNorm(hasTrained ? (Double) Math.sqrt(loss(i)) : null)
                .setLearningRate(1e-3 * Math.pow(0.7, i / 150))
                .setValidationLoss(hasTrained ? (Double) loss(i) : null)
                .setValidationMse(hasTrained ? (Double) (4e4 * loss(i)) : null)
                .setValidationNormalisedRmse(hasTrained ? (Double) Math.sqrt(loss(i)) : null)
                .setValidationBatch(hasTrained ? (Long) batches(i) : null)
                .setReservoirSeen((int) Math.min(CAPACITY, 60L * i) - unseen)
                .setReservoirUnseen(unseen)
                .setReservoirCapacity(CAPACITY)
                .setEvicted(Math.max(0, 60L * i - CAPACITY))
                .setDrained(0)
                .setDrawsPerSample(
                        List.of(0L, 0L, 3L, 24L, 122L, 391L, 610L, 470L, 210L, 60L, 12L, 9L))
                .setDrawsTotal(12_161)
                .setDrawsMin(2)
                .setDrawsMax(19)
                .setSampleAge(hasTrained ? (Double) (3000 * (1 - Math.exp(-i / 300.0))) : null)
                .setSamplesPerSecond(hasTrained ? 4160 * wobble : 0)
                .setBatchesPerSecond(hasTrained ? 130 * wobble : 0)
                .setInsertsPerSecond(300)
                .setStepMillis(hasTrained ? (Double) 3.1 : null)
                .setCheckpoints(i / 25)
                .setLastCheckpointBytes(2_400_000 + 12_000L * (i / 25))
                .setLastStallMillis(i < 25 ? null : (Double) (7.5 + i / 25 % 5))
                .setMaxStallMillis(17.25)
                .build();
    }

    /**
     * Asks for simulations; those below {@code started} have begun, below {@code finished} ended.
     */
    void ensemble(int simulations, int started, int finished) throws IOException {
        for (int id = 0; id < simulations; id++) {
            SimulationRequest request =
                    SimulationRequest.newBuilder()
                            .setStudy(study)
                            .setSimulation(id)
                            .setPurpose(purpose(id))
                            .setParameters(parameters(id))
                            .setProposedBy("halton")
                            .build();
            kafka.send(
                    kafka.topics.simulationRequests(),
                    Integer.toString(id),
                    SimulationRequest.getEncoder().encode(request));
            if (id < started) {
                event(id, EventKind.STARTED);
            }
            if (id < started && id >= finished) {
                event(id, EventKind.HEARTBEAT);
            }
            if (id < finished) {
                event(id, id % 61 == 17 ? EventKind.FAILED : EventKind.FINISHED);
            }
        }
    }

    static Purpose purpose(int id) {
        return id < 4 ? Purpose.VALIDATION : Purpose.TRAINING;
    }

    static List<Double> parameters(int id) {
        return List.of(100 + 400 * halton(id + 1, 2), 100 + 400 * halton(id + 1, 3));
    }

    private static double halton(int index, int base) {
        double fraction = 1;
        double value = 0;
        for (int rest = index; rest > 0; rest /= base) {
            fraction /= base;
            value += fraction * (rest % base);
        }
        return value;
    }

    /** An event of a simulation, in its first attempt. */
    void event(int id, EventKind kind) throws IOException {
        SimulationEvent event =
                SimulationEvent.newBuilder()
                        .setStudy(study)
                        .setKind(kind)
                        .setSimulation(id)
                        .setPurpose(purpose(id))
                        .setParameters(parameters(id))
                        .setExpectedSteps(STEPS)
                        .setStepsSent(kind == EventKind.FINISHED ? STEPS : 7 * id % STEPS)
                        .setReason(kind == EventKind.FAILED ? "diverged at step 40" : null)
                        .setTimestampMillis(start + 40L * id)
                        .build();
        kafka.send(
                kafka.topics.simulationEvents(),
                Integer.toString(id),
                SimulationEvent.getEncoder().encode(event));
    }

    /** A sample that was not trained on. */
    void reject(int simulation, int step, RejectionCause cause, String reason) throws IOException {
        RejectedSample rejected =
                RejectedSample.newBuilder()
                        .setStudy(study)
                        .setCause(cause)
                        .setReason(reason)
                        .setTopic(kafka.topics.solverOutputs())
                        .setPartition(0)
                        .setOffset(100L * simulation + step)
                        .setSimulation((long) simulation)
                        .setTimeStep(step)
                        .setOriginalBytes(40_000)
                        .setOriginal(ByteBuffer.allocate(0))
                        .setTimestampMillis(System.currentTimeMillis())
                        .build();
        kafka.send(
                kafka.topics.rejectedSamples(),
                study,
                RejectedSample.getEncoder().encode(rejected));
    }

    /** The prediction job says that it serves a version. */
    void served(long version) throws IOException {
        ServingEvent served =
                ServingEvent.newBuilder()
                        .setStudy(study)
                        .setKind(ServingEventKind.SERVED)
                        .setVersion(version)
                        .setSubtask(0)
                        .setSwapMillis(42.5)
                        .setBy("prediction job")
                        .setTimestampMillis(System.currentTimeMillis())
                        .build();
        kafka.send(kafka.topics.servingEvents(), study, ServingEvent.getEncoder().encode(served));
    }
}
