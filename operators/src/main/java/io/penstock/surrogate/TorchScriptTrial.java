package io.penstock.surrogate;

import ai.djl.Device;
import ai.djl.engine.Engine;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import ai.djl.pytorch.engine.PtNDArray;
import ai.djl.pytorch.jni.JniUtils;
import io.penstock.setting.Check;
import io.penstock.setting.InvalidSettingException;
import java.util.Arrays;
import org.apache.commons.rng.simple.RandomSource;

/** Tries a TorchScript module out, so that it fails before a study starts and not within it. */
final class TorchScriptTrial {
    private static final String KEY = TorchScriptSpec.MODULE;

    private TorchScriptTrial() {}

    /** The network, its weights as in the archive. */
    static Surrogate surrogate(TorchScriptSpec spec, NetworkShape shape) {
        return Surrogate.create(spec, shape, Device.cpu(), RandomSource.SPLIT_MIX_64.create(0L));
    }

    /**
     * Predicts two samples, then trains on three.
     *
     * @throws InvalidSettingException when the module is not as {@link TorchScriptSpec} says
     */
    static void run(TorchScriptSpec spec, NetworkShape shape) {
        try (Surrogate surrogate = surrogate(spec, shape)) {
            JniUtils.setGradMode(false);
            predict(surrogate, shape);
            train(surrogate, shape);
        } catch (InvalidSettingException e) {
            throw e;
        } catch (RuntimeException e) {
            // Whatever the engine makes of a program that is not the one asked for.
            throw new InvalidSettingException(
                    KEY,
                    "a module that fails (" + TorchScriptModule.reason(e) + ")",
                    "one whose forward takes "
                            + Arrays.toString(Surrogate.inputShapes(shape, 2))
                            + " for 2 samples, scalars and fields if any are given, and gives "
                            + new Shape(2, shape.outputs()));
        }
    }

    /** Numbers from -1 to 1. */
    private static NDList inputs(NDManager scope, NetworkShape shape, int samples) {
        NDList inputs = new NDList();
        for (Shape input : Surrogate.inputShapes(shape, samples)) {
            float[] values = new float[Math.toIntExact(input.size())];
            for (int i = 0; i < values.length; i++) {
                values[i] = (float) Math.sin(i + 1);
            }
            inputs.add(scope.create(values, input));
        }
        return inputs;
    }

    private static void predict(Surrogate surrogate, NetworkShape shape) {
        try (NDManager scope = surrogate.manager().newSubManager()) {
            surrogate.forward(inputs(scope, shape, 2), false);
        }
    }

    private static void train(Surrogate surrogate, NetworkShape shape) {
        TorchScriptModule module = ((TorchScriptBlock) surrogate.block()).module();
        byte[] before = module.write();
        try (NDManager scope = surrogate.manager().newSubManager()) {
            train(surrogate, inputs(scope, shape, 3));
        }
        // Not earlier: tensors that a graph still refers to are written in another way.
        Check.that(
                Arrays.equals(module.write(), before),
                KEY,
                "a module that a forward pass changes, as batch normalisation does its running"
                        + " means,",
                "one whose buffers are constant");
    }

    private static void train(Surrogate surrogate, NDList inputs) {
        NDList given = new NDList(inputs.stream().map(NDArray::duplicate).toList());
        NDManager scope = inputs.get(0).getManager();
        Engine.getEngine("PyTorch").setRandomSeed(0);
        float first = random(scope);
        Engine.getEngine("PyTorch").setRandomSeed(0);
        NDArray prediction = recorded(surrogate, inputs);
        Check.that(
                random(scope) == first,
                KEY,
                "a module whose forward draws random numbers, as dropout does,",
                "one without, so that a restored training goes on as it would have");
        Check.that(
                given.equals(inputs),
                KEY,
                "a module that changes what forward is given",
                "one that leaves it as it is");
        NDArray ones = prediction.onesLike();
        JniUtils.backward((PtNDArray) prediction, (PtNDArray) ones, false, false);
        surrogate.weights().forEach(TorchScriptTrial::checkGradient);
    }

    private static NDArray recorded(Surrogate surrogate, NDList inputs) {
        JniUtils.setGradMode(true);
        try {
            return surrogate.forward(inputs, true);
        } finally {
            JniUtils.setGradMode(false);
        }
    }

    private static float random(NDManager scope) {
        return scope.randomUniform(0, 1, new Shape(1)).getFloat();
    }

    private static void checkGradient(Surrogate.NamedWeight weight) {
        try (PtNDArray gradient = JniUtils.getGradient((PtNDArray) weight.values())) {
            Check.that(
                    gradient != null,
                    KEY,
                    "a module whose outputs do not depend on its parameter " + weight.name(),
                    "one that uses all its parameters; what is not to be trained does not"
                            + " require a gradient, or is a buffer");
        }
    }
}
