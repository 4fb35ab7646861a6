package io.penstock.training;

import io.penstock.reservoir.ReservoirSpec;
import io.penstock.sample.SampleForm;
import io.penstock.sample.SampleSpec;
import io.penstock.setting.Check;
import io.penstock.surrogate.NetworkShape;
import io.penstock.surrogate.SurrogateSpec;
import java.io.Serializable;

/**
 * All that a training shard needs to know of its study.
 *
 * @param sample what a sample looks like
 * @param reservoir the buffer
 * @param surrogate the model
 * @param training how it is trained
 * @param validation how it is validated
 * @param seed seed of every random decision
 */
public record StudySpec(
        SampleSpec sample,
        ReservoirSpec reservoir,
        SurrogateSpec surrogate,
        TrainingSpec training,
        ValidationSpec validation,
        long seed)
        implements Serializable {
    static final String SGD = " sgd";

    public StudySpec {
        Check.that(
                training.batch() <= reservoir.capacity(),
                "training.batch",
                training.batch(),
                "at most the reservoir's capacity (" + reservoir.capacity() + ")");
        training.continual().checkShards(training.shards());
    }

    /**
     * What tensors belong to: architecture, sizes, optimiser. States and contributions of another
     * one are refused. Adam, once the only optimiser, goes without saying.
     */
    public String architecture() {
        SampleForm form = surrogate.form();
        return surrogate.architecture().kind()
                + " "
                + sample.inputs()
                + " "
                + surrogate.architecture().sizes()
                + " "
                + sample.outputs()
                + (form.isDirect() ? "" : " " + form.bundle() + " steps")
                + switch (training.optimiser().kind()) {
                    case ADAM -> "";
                    case SGD -> SGD;
                };
    }

    /** What the network is given and gives. */
    public NetworkShape network() {
        return NetworkShape.of(sample, surrogate.form());
    }

    /** The same study with another number of shards, and nothing that only one shard may have. */
    StudySpec withShards(int shards) {
        TrainingSpec plain = training.with(ContinualSpec.NONE).withShards(shards);
        return new StudySpec(sample, reservoir, surrogate, plain, validation, seed);
    }

    /** Time steps of a simulation that a shard gets, at most. */
    int stepsPerShard() {
        return (sample.steps() + training.shards() - 1) / training.shards();
    }
}
