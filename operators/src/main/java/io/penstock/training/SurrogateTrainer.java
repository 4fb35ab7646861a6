package io.penstock.training;

import ai.djl.Device;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import ai.djl.pytorch.jni.IValue;
import ai.djl.pytorch.jni.JniUtils;
import io.penstock.reservoir.SlotStore;
import io.penstock.sample.Normalizer;
import io.penstock.surrogate.Surrogate;
import io.penstock.surrogate.SurrogateSpec;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import org.apache.commons.rng.UniformRandomProvider;
import org.apache.commons.rng.simple.RandomSource;
import org.jspecify.annotations.Nullable;

/**
 * Trains and evaluates a surrogate on rows gathered from a slot store: mean squared error of
 * normalised outputs, the optimiser that the study asks for. Used by one thread, whose gradient
 * mode it leaves off.
 */
final class SurrogateTrainer implements AutoCloseable {
    private final Surrogate surrogate;
    private final TrainingOps ops;
    private final NormalizerTensors normalizer;
    private final Forward forward;
    private final @Nullable WeightAverage average;
    private final Forward served;
    private final @Nullable Distillation distillation;
    private final Step step;
    private final StepTimes times = new StepTimes();
    private final Staging batch;
    private final Staging slice;
    private final NDArray trainingSums;
    private final NDArray errorSums;
    private final IValue errorSumsArgument;

    /**
     * @param initialWeights source of the initial weights
     * @param noise source of the gradients' noise
     */
    SurrogateTrainer(
            StudySpec study,
            Normalizer normalizer,
            UniformRandomProvider initialWeights,
            UniformRandomProvider noise) {
        SurrogateSpec spec = study.surrogate();
        TrainingSpec training = study.training();
        this.surrogate = create(study, initialWeights);
        NDManager manager = surrogate.manager();
        // Per thread, and on in a new one: everything but a training forward would record a graph.
        JniUtils.setGradMode(false);
        this.ops = new TrainingOps(manager);
        this.normalizer = new NormalizerTensors(manager, study, normalizer);
        this.trainingSums = manager.zeros(new Shape(3), DataType.FLOAT64);
        this.errorSums = manager.zeros(new Shape(4), DataType.FLOAT64);
        this.errorSumsArgument = TrainingOps.argument(errorSums);
        this.forward = new Forward(ops, surrogate, this.normalizer, study.network(), spec.form());
        double decay = training.continual().weightAveraging();
        this.average = decay > 0 ? new WeightAverage(decay, surrogate, likeSurrogate(study)) : null;
        this.served = average == null ? forward : forward.of(average.surrogate());
        this.distillation =
                training.continual().distillation() > 0
                        ? new Distillation(training.continual(), forward.of(likeSurrogate(study)))
                        : null;
        this.step =
                training.isOnePass(spec)
                        ? new DenseAdamStep(forward, training.optimiser(), trainingSums)
                        : new AutogradStep(
                                forward,
                                optimiser(training, noise),
                                trainingSums,
                                times,
                                distillation);
        this.batch = new Staging(manager, training.batch(), study);
        this.slice = new Staging(manager, study.validation().slice(), study);
    }

    private static Surrogate create(StudySpec study, UniformRandomProvider initialWeights) {
        return Surrogate.create(
                study.surrogate().architecture(), study.network(), Device.cpu(), initialWeights);
    }

    /** One whose weights are to be replaced. */
    private static Surrogate likeSurrogate(StudySpec study) {
        return create(study, RandomSource.XO_SHI_RO_256_PP.create(0L));
    }

    private Optimiser optimiser(TrainingSpec training, UniformRandomProvider noise) {
        OptimiserSpec spec = training.optimiser();
        Optimiser optimiser =
                switch (spec.kind()) {
                    case ADAM -> new ResumableAdam(ops, surrogate, spec, trainingSums);
                    case SGD -> new PlainSgd(ops, surrogate, spec, trainingSums);
                };
        ContinualSpec continual = training.continual();
        return continual.gradientNoise() > 0
                ? new NoisyOptimiser(optimiser, surrogate, continual, noise)
                : optimiser;
    }

    /**
     * One training step.
     *
     * @param store where the rows lie
     * @param drawn samples of the batch, 1 to the study's batch
     * @param rate learning rate
     * @param number number of this step, from 0
     */
    void step(SlotStore store, Drawn drawn, double rate, long number) {
        long start = System.nanoTime();
        batch.gather(store, drawn);
        for (int i = 0; i < drawn.count(); i++) {
            batch.markFresh(i, drawn.fresh()[i]);
        }
        times.gathered(System.nanoTime() - start);
        normalizer.refresh();
        if (distillation != null) {
            distillation.prepare(number, served());
        }
        try (Staging.View view = batch.view(drawn)) {
            step.train(view, rate, number);
        }
        if (average != null) {
            average.step();
        }
        times.stepped(System.nanoTime() - start);
    }

    /** Adds the errors of samples (at most a slice) to the error sums. */
    void evaluate(SlotStore store, Drawn samples) {
        slice.gather(store, samples);
        normalizer.refresh();
        try (NDManager scope = surrogate.manager().newSubManager();
                Staging.View view = slice.view(samples)) {
            NDArray taught = distillation == null ? null : distillation.predict(scope, view);
            NDArray prediction = served.predict(scope, view, false);
            try (IValue predicted = TrainingOps.argument(prediction)) {
                ops.run(
                        "errors",
                        predicted,
                        view.targetsArgument,
                        normalizer.outputShift,
                        normalizer.outputScale,
                        errorSumsArgument);
            }
            if (distillation != null && taught != null) {
                distillation.addChurn(prediction, taught);
            }
        }
    }

    /** Sums of the training: losses, losses of fresh samples, last gradient norm. */
    double[] trainingSums() {
        return trainingSums.toDoubleArray();
    }

    /** Sets the two sums of losses to zero; the gradient norm stays. */
    void resetTrainingSums() {
        ByteBuffer values = trainingSums.toByteBuffer(true);
        values.putDouble(0, 0).putDouble(Double.BYTES, 0);
    }

    /** Sums of the evaluations since the last reset; see {@code errors} of the TorchScript. */
    double[] errorSums() {
        return errorSums.toDoubleArray();
    }

    /** Sets the error sums to zero. */
    void resetErrorSums() {
        ByteBuffer values = errorSums.toByteBuffer(true);
        while (values.hasRemaining()) {
            values.putDouble(0);
        }
        if (distillation != null) {
            distillation.resetChurn();
        }
    }

    /** The errors are complete, over that many normalised outputs. */
    void concludeErrors(long outputs) {
        if (distillation != null) {
            distillation.concludeChurn(outputs);
        }
    }

    /** Where the time goes, since the last reset. */
    StepTimes times() {
        return times;
    }

    /** The model being trained. */
    Surrogate surrogate() {
        return surrogate;
    }

    /** The one whose weights are validated and published: the model, or the average of it. */
    Surrogate served() {
        return served.surrogate();
    }

    /** The average of the weights, when the study asks for one. */
    @Nullable WeightAverage average() {
        return average;
    }

    /** What the model learns from its former versions with, when the study asks for it. */
    @Nullable Distillation distillation() {
        return distillation;
    }

    /** After other weights were put into the model: what follows them begins anew. */
    void weightsReplaced() {
        if (average != null) {
            average.begin();
        }
        if (distillation != null) {
            distillation.begin();
        }
    }

    /** The tensors that are averaged over shards, weights first; live. */
    List<NDArray> mergedTensors(MergeSpec.Moments moments) {
        List<NDArray> tensors = new ArrayList<>();
        surrogate.weights().forEach(weight -> tensors.add(weight.values()));
        if (moments == MergeSpec.Moments.AVERAGED) {
            tensors.addAll(step.stateTensors());
        }
        return tensors;
    }

    /** Every tensor whose bytes make up the state, in a fixed order; live. */
    List<NDArray> stateTensors() {
        List<NDArray> tensors = new ArrayList<>();
        surrogate.weights().forEach(weight -> tensors.add(weight.values()));
        tensors.addAll(step.stateTensors());
        tensors.add(trainingSums);
        tensors.add(errorSums);
        return tensors;
    }

    @Override
    public void close() {
        step.close();
        batch.close();
        slice.close();
        normalizer.close();
        errorSumsArgument.close();
        if (average != null) {
            average.close();
        }
        if (distillation != null) {
            distillation.close();
        }
        ops.close();
        surrogate.close();
    }
}
