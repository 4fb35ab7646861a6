package io.penstock.training;

import io.penstock.reservoir.RandomState;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;

/**
 * What the techniques of {@link ContinualSpec} add to a training state: for each a mark whether it
 * is there, and then what it remembers. A technique that is switched on by a study whose state does
 * not have it begins anew; what is there of one that is switched off is left out.
 */
final class ContinualState {
    private ContinualState() {}

    static void write(TrainingShard shard, DataOutputStream out, byte[] chunk) throws IOException {
        boolean noisy = shard.study.training().continual().gradientNoise() > 0;
        out.writeBoolean(noisy);
        if (noisy) {
            RandomState.write(shard.noiseRandom, out);
        }
        WeightAverage average = shard.trainer.average();
        out.writeBoolean(average != null);
        if (average != null) {
            average.writeTo(out, chunk);
        }
        Distillation distillation = shard.trainer.distillation();
        out.writeBoolean(distillation != null);
        if (distillation != null) {
            distillation.writeTo(out, chunk);
        }
    }

    static void read(TrainingShard shard, DataInputStream in, byte[] chunk) throws IOException {
        if (in.readBoolean()) {
            RandomState.read(shard.noiseRandom, in);
        }
        WeightAverage average = shard.trainer.average();
        if (in.readBoolean()) {
            if (average == null) {
                WeightAverage.skip(in);
            } else {
                average.readFrom(in, chunk);
            }
        }
        Distillation distillation = shard.trainer.distillation();
        if (in.readBoolean()) {
            if (distillation == null) {
                Distillation.skip(in);
            } else {
                distillation.readFrom(in, chunk);
            }
        }
    }
}
