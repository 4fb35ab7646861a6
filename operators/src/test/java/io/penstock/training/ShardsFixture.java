package io.penstock.training;

import static org.assertj.core.api.Assertions.assertThat;

import io.penstock.sample.Sample;
import io.penstock.surrogate.Surrogate;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.function.ToLongFunction;
import org.jspecify.annotations.Nullable;

/**
 * Several shards of a study around one log of contributions, driven by turns: which shard moves,
 * and by what, is drawn from a generator, as the scheduling of a cluster is anyone's guess.
 */
final class ShardsFixture implements AutoCloseable {
    static final int SIMULATIONS = 24;
    static final List<Sample> SAMPLES = StudyFixture.samples(SIMULATIONS);
    static final int TRAINED = (SIMULATIONS - 2) * StudyFixture.STEPS;
    static final int DUPLICATES = SIMULATIONS / 3;

    static ShardsFixture counted(int shards) {
        return new ShardsFixture(
                StudyFixture.sharded(StudyFixture.counted(4), shards, StudyFixture.MERGE), SAMPLES);
    }

    /** In the counted pace; shards train on while a round is under way. */
    static ShardsFixture counted(int shards, int overlap) {
        return new ShardsFixture(
                StudyFixture.sharded(
                        StudyFixture.counted(4), shards, StudyFixture.overlapping(overlap)),
                SAMPLES);
    }

    static ShardsFixture continuous(int shards) {
        return continuous(shards, 0);
    }

    static ShardsFixture continuous(int shards, int overlap) {
        return new ShardsFixture(
                StudyFixture.sharded(
                        StudyFixture.continuous(), shards, StudyFixture.overlapping(overlap)),
                SAMPLES);
    }

    static float[] weights(TrainingShard shard) {
        List<Float> all = new ArrayList<>();
        for (Surrogate.NamedWeight weight : shard.surrogate().weights()) {
            for (float value : weight.values().toFloatArray()) {
                all.add(value);
            }
        }
        float[] values = new float[all.size()];
        for (int i = 0; i < values.length; i++) {
            values[i] = all.get(i);
        }
        return values;
    }

    long sum(ToLongFunction<TrainingShard> f) {
        return shards.stream().mapToLong(f).sum();
    }

    /** Fails unless all have finished with one model, every sample once, and nothing left over. */
    void assertDrained() {
        for (TrainingShard shard : shards) {
            assertThat(shard.isFinished()).isTrue();
            assertThat(shard.reservoir.size()).isZero();
            assertThat(shard.backlog.isEmpty()).isTrue();
            assertThat(weights(shard)).isEqualTo(weights(shards.get(0)));
        }
        assertThat(sum(s -> s.reservoir.inserts())).isEqualTo(TRAINED);
        assertThat(sum(s -> s.counters().duplicates())).isEqualTo(DUPLICATES);
        assertThat(sum(s -> s.validation.size())).isEqualTo(2L * StudyFixture.STEPS);
    }

    /** A chunk in the log, with its values. */
    record Logged(ContributionChunk chunk, byte[] values) {}

    final StudySpec study;
    final List<Sample> samples;
    final List<Logged> log = new ArrayList<>();
    final List<TrainingShard> shards = new ArrayList<>();
    final int[] nextSample;
    final int[] nextChunk;
    final ControlsFixture controls = new ControlsFixture();
    String run = "run";

    ShardsFixture(StudySpec study, List<Sample> samples) {
        this.study = study;
        this.samples = samples;
        int count = study.training().shards();
        this.nextSample = new int[count];
        this.nextChunk = new int[count];
        for (int number = 0; number < count; number++) {
            shards.add(create(number));
        }
    }

    TrainingShard create(int number) {
        return new TrainingShard(
                study,
                number,
                new ShardLogs(
                        run,
                        (chunk, values) -> log.add(new Logged(chunk, values.clone())),
                        this::open,
                        () -> StudyFixture.log(samples, 0),
                        controls.sink(number)));
    }

    private ContributionLog open() {
        return new ContributionLog() {
            @Override
            public ByteBuffer values(long offset) {
                return ByteBuffer.wrap(log.get((int) offset).values());
            }

            @Override
            public void close() {}
        };
    }

    /** The same chunk with another digest, at another place, intact or not. */
    static ContributionChunk said(ContributionChunk c, long digest, long offset, boolean intact) {
        return said(c, digest, offset, intact, null);
    }

    private static ContributionChunk said(
            ContributionChunk c,
            long digest,
            long offset,
            boolean intact,
            byte @Nullable [] values) {
        return new ContributionChunk(
                c.run(),
                c.architecture(),
                c.shards(),
                c.shard(),
                c.round(),
                digest,
                c.chunk(),
                c.chunks(),
                c.summary(),
                offset,
                intact,
                values);
    }

    /** What a reader of the log is told of the chunk at an offset, now with its values, now not. */
    ContributionChunk told(int offset) {
        ContributionChunk c = log.get(offset).chunk();
        byte[] values = offset % 3 == 0 ? null : log.get(offset).values();
        return said(c, c.digest(), offset, c.intact(), values);
    }

    boolean tellNext(int number) {
        if (nextChunk[number] == log.size()) {
            return false;
        }
        shards.get(number).take(told(nextChunk[number]++));
        return true;
    }

    /** Gives a shard its next sample; after the last one tells it that reception is over. */
    boolean giveNext(int number) {
        int count = study.training().shards();
        while (nextSample[number] < samples.size()) {
            Sample sample = samples.get(nextSample[number]++);
            if (sample.key().shard(count) == number) {
                shards.get(number).accept(sample);
                return true;
            }
        }
        if (nextSample[number] == samples.size()) {
            nextSample[number]++;
            shards.get(number).receptionOver();
            return true;
        }
        return false;
    }

    boolean work(int number) {
        TrainingShard shard = shards.get(number);
        boolean due = shard.isWorkDue(true);
        if (due) {
            shard.work();
        }
        return due;
    }

    /** One move of one shard. */
    void move(Random random) {
        int number = random.nextInt(shards.size());
        switch (random.nextInt(3)) {
            case 0 -> giveNext(number);
            case 1 -> tellNext(number);
            default -> work(number);
        }
    }

    boolean isFinished() {
        return shards.stream().allMatch(TrainingShard::isFinished);
    }

    /** Moves shards until all have finished, or {@code moves} are done. */
    ShardsFixture run(Random random, int moves) {
        for (int i = 0; i < moves && !isFinished(); i++) {
            move(random);
        }
        return this;
    }

    /** As the operator does when others have waited for long. */
    private void hurryThoseHoldingUp() {
        shards.stream().filter(TrainingShard::isHoldingUp).forEach(TrainingShard::hurry);
    }

    /** Runs to the end; now and then shards that hold others up are hurried. */
    ShardsFixture runToTheEndHurried(Random random) {
        for (int i = 0; i < 100_000 && !isFinished(); i++) {
            run(random, 10);
            hurryThoseHoldingUp();
        }
        return runToTheEnd(random);
    }

    ShardsFixture runToTheEnd(Random random) {
        run(random, 1_000_000);
        if (!isFinished()) {
            throw new AssertionError("the shards did not finish");
        }
        return this;
    }

    /** The state of all shards at one moment, with how far each has read, as a checkpoint has. */
    record Checkpoint(List<byte[]> states, int[] nextSample, int nextChunk) {}

    /**
     * A consistent cut. Barriers make all shards read the log up to the same record, so those that
     * lag read on first.
     */
    Checkpoint checkpoint() throws IOException {
        List<byte[]> states = new ArrayList<>();
        int end = 0;
        for (int next : nextChunk) {
            end = Math.max(end, next);
        }
        for (int number = 0; number < shards.size(); number++) {
            while (nextChunk[number] < end) {
                tellNext(number);
            }
            ByteArrayOutputStream out = new ByteArrayOutputStream();
            TrainerState.write(shards.get(number), out);
            states.add(out.toByteArray());
        }
        return new Checkpoint(states, nextSample.clone(), end);
    }

    /** What a failure leaves: the log, and the shards as they were at the checkpoint. */
    void restore(Checkpoint checkpoint) throws IOException {
        for (int number = 0; number < shards.size(); number++) {
            shards.get(number).close();
            shards.set(number, create(number));
            TrainerState.read(
                    shards.get(number),
                    new ByteArrayInputStream(checkpoint.states().get(number)),
                    StudyFixture.log(samples, 0));
            nextSample[number] = checkpoint.nextSample()[number];
            nextChunk[number] = checkpoint.nextChunk();
        }
    }

    /** Shards of another number that begin with what those of the checkpoint left. */
    static ShardsFixture rescaled(ShardsFixture former, Checkpoint checkpoint, int shards)
            throws IOException {
        ShardsFixture heirs = new ShardsFixture(former.study.withShards(shards), former.samples);
        heirs.run = "another run";
        int read = 0;
        for (int number = 0; number < former.shards.size(); number++) {
            read = Math.max(read, checkpoint.nextSample()[number]);
        }
        List<byte[]> left = new ArrayList<>();
        for (int number = 0; number < former.shards.size(); number++) {
            ByteArrayOutputStream out = new ByteArrayOutputStream();
            Inheritance.write(
                    heirs.study,
                    new TrainerState.Header(2, "", "", former.study.training().shards(), number),
                    new ByteArrayInputStream(checkpoint.states().get(number)),
                    out);
            left.add(out.toByteArray());
        }
        for (int number = 0; number < shards; number++) {
            heirs.shards.get(number).close();
            heirs.shards.set(number, heirs.create(number));
            List<InputStream> streams =
                    left.stream().<InputStream>map(ByteArrayInputStream::new).toList();
            Inheritance.take(
                    heirs.shards.get(number), streams, StudyFixture.log(former.samples, 0));
            // An input that has ended says so again after a restore.
            heirs.nextSample[number] = Math.min(read, former.samples.size());
        }
        return heirs;
    }

    @Override
    public void close() {
        shards.forEach(TrainingShard::close);
    }
}
