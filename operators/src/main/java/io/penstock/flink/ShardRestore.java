package io.penstock.flink;

import io.penstock.sample.SampleLog;
import io.penstock.training.Inheritance;
import io.penstock.training.TrainerState;
import io.penstock.training.TrainingShard;
import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.util.List;
import java.util.function.Supplier;
import org.apache.flink.runtime.state.KeyGroupStatePartitionStreamProvider;

/**
 * Brings a shard back from a checkpoint. When the checkpoint is of another number of shards, the
 * states that Flink gives to this subtask go to all shards, and this one's comes from all of them.
 */
final class ShardRestore {
    private final TrainingSettings settings;
    private final int number;
    private final int shards;

    /**
     * @param number shard to bring back, from 0
     */
    ShardRestore(TrainingSettings settings, int number, int shards) {
        this.settings = settings;
        this.number = number;
        this.shards = shards;
    }

    /**
     * Takes a state of the checkpoint.
     *
     * @param create makes the shard, if this is its state
     * @return whether it was
     */
    boolean take(KeyGroupStatePartitionStreamProvider state, Supplier<TrainingShard> create)
            throws IOException {
        try (BufferedInputStream in = new BufferedInputStream(state.getStream())) {
            TrainerState.Header header = TrainerState.peek(in);
            boolean isOwn = header.shards() == shards && header.shard() == number;
            if (isOwn) {
                try (SampleLog log = settings.logs().samples().open()) {
                    TrainerState.read(create.get(), in, log);
                }
            } else {
                try (OutputStream out =
                        settings.logs().exchange().send(header.shards(), header.shard())) {
                    Inheritance.write(settings.study(), header, in, out);
                }
            }
            return isOwn;
        }
    }

    /** Gives a fresh shard its part of what the former shards left. */
    void inherit(TrainingShard shard) throws IOException {
        List<InputStream> formers = settings.logs().exchange().receive();
        try (SampleLog log = settings.logs().samples().open()) {
            Inheritance.take(shard, formers, log);
        }
    }
}
