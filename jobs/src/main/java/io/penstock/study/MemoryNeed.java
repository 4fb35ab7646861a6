package io.penstock.study;

import io.penstock.sample.SampleSpec;
import io.penstock.setting.Check;
import io.penstock.setting.InvalidSettingException;
import io.penstock.surrogate.Architecture;
import io.penstock.training.MergeSpec;
import io.penstock.training.OptimiserSpec;
import io.penstock.training.StudySpec;

/**
 * Memory that training a study takes outside the Java heap, in bytes, over all its shards, besides
 * what a network keeps of a batch between its forward and its backward pass: for a U-Net or a
 * message-passing network that is more than the weights.
 *
 * @param reservoir rows of the reservoir, in direct buffers
 * @param validation rows of the validation samples, in direct buffers
 * @param staging rows of a batch and of a slice of the validation, in direct buffers
 * @param model weights, moments of the optimiser and, unless a step goes through the weights in one
 *     pass, gradients, and the copies that continual learning keeps, allocated by libtorch; with
 *     several shards also what their mean is made in, and the mean that was made last
 */
public record MemoryNeed(long reservoir, long validation, long staging, long model) {
    /** What Flink's network stack and the Kafka clients take of the direct memory, at least. */
    private static final long OTHERS = 64L << 20;

    /** What a study needs. */
    public static MemoryNeed of(Study study) {
        SampleSpec sample = study.sampleSpec();
        long row = sample.rowBytes();
        long shards = study.training().shards();
        long stepsPerShard = (study.steps() + shards - 1) / shards;
        long validationSamples = study.validation().simulations() * stepsPerShard;
        // The rows, and beside them as tensors their inputs and their gradients.
        long staged =
                2L
                        * study.surrogate().form().windowSteps()
                        * (study.training().batch() + study.validation().slice());
        return new MemoryNeed(
                shards * study.reservoir().capacity() * row,
                shards * validationSamples * row,
                shards * staged * row,
                model(study));
    }

    private static long model(Study study) {
        long shards = study.training().shards();
        OptimiserSpec optimiser = study.training().optimiser();
        int moments = optimiser.kind().moments();
        int gradients = study.training().isOnePass(study.surrogate()) ? 0 : 1;
        int copies = study.training().continual().copies();
        MergeSpec merge = study.training().merge();
        boolean averaged = merge.moments() == MergeSpec.Moments.AVERAGED;
        long aside = merge.overlap() > 0 ? shards : 0;
        int merged = averaged ? 1 + moments : 1;
        return weights(study)
                * (shards * (1 + moments + gradients + copies)
                        + (shards == 1 ? 0 : (shards + 1) * merged + aside));
    }

    /** Bytes of the weights, once. */
    public static long weights(Study study) {
        StudySpec spec = study.shardSpec();
        return spec.surrogate().architecture().weights(spec.network()) * Float.BYTES;
    }

    /** What lies in direct buffers. */
    public long direct() {
        return reservoir + validation + staging;
    }

    /** Everything. */
    public long total() {
        return direct() + model;
    }

    /**
     * Requires the memory to be there.
     *
     * @throws InvalidSettingException naming the key that takes the most, what is needed and what
     *     there is
     */
    public void check(Study study, MachineMemory machine) {
        String samples = validation > reservoir ? "validation.simulations" : "reservoir.capacity";
        String largest = model > direct() ? "surrogate.architecture" : samples;
        Check.that(
                total() <= machine.physical(),
                largest,
                value(study, largest),
                "a study that fits into memory; this one needs "
                        + bytes(total())
                        + " ("
                        + describe()
                        + "), the machine has "
                        + bytes(machine.physical()));
        Check.that(
                direct() + OTHERS <= machine.direct(),
                samples,
                value(study, samples),
                "samples that fit into the direct memory; they need "
                        + bytes(direct() + OTHERS)
                        + " ("
                        + describeDirect()
                        + "), -XX:MaxDirectMemorySize gives "
                        + bytes(machine.direct()));
    }

    private static Object value(Study study, String key) {
        return switch (key) {
            case "surrogate.architecture" -> {
                Architecture architecture = study.surrogate().architecture();
                yield SurrogateReader.name(architecture.kind()) + " " + architecture.sizes();
            }
            case "validation.simulations" -> study.validation().simulations();
            default -> study.reservoir().capacity();
        };
    }

    private String describe() {
        return describeDirect() + ", the model with what its training adds " + bytes(model);
    }

    private String describeDirect() {
        return "the reservoir "
                + bytes(reservoir)
                + ", validation samples "
                + bytes(validation)
                + ", batches "
                + bytes(staging);
    }

    private static String bytes(long bytes) {
        return bytes + " bytes = " + Sizes.format(bytes);
    }
}
