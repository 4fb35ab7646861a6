package io.penstock.training;

import io.penstock.reservoir.ReservoirSpec;
import io.penstock.sample.SampleSpec;
import io.penstock.setting.Check;
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
    public StudySpec {
        Check.that(
                training.batch() <= reservoir.capacity(),
                "training.batch",
                training.batch(),
                "at most the reservoir's capacity (" + reservoir.capacity() + ")");
    }
}
