package io.penstock.training;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.pytorch.engine.PtNDArray;
import ai.djl.pytorch.engine.PtNDManager;
import ai.djl.pytorch.engine.PtSymbolBlock;
import ai.djl.pytorch.jni.IValue;
import ai.djl.pytorch.jni.IValueUtils;
import ai.djl.pytorch.jni.JniUtils;
import java.io.IOException;
import java.io.InputStream;
import java.util.List;

/**
 * The tensor work of a training step, each piece one call into libtorch: a TorchScript module whose
 * source, formulas and shapes are in {@code src/main/torchscript/training_ops.py}.
 */
final class TrainingOps implements AutoCloseable {
    private static final String RESOURCE = "training-ops.pt";

    private final PtSymbolBlock module;

    TrainingOps(NDManager manager) {
        try (InputStream in = TrainingOps.class.getResourceAsStream(RESOURCE)) {
            if (in == null) {
                throw new IllegalStateException(RESOURCE + " is missing from the class path");
            }
            this.module = JniUtils.loadModule((PtNDManager) manager, in, false, false);
        } catch (IOException e) {
            throw new IllegalStateException("cannot read " + RESOURCE, e);
        }
    }

    /** A tensor as an argument that outlives a call; close it. */
    static IValue argument(NDArray tensor) {
        return IValue.from((PtNDArray) tensor);
    }

    /** A list of tensors as an argument that outlives a call; close it. */
    static IValue argument(List<NDArray> tensors) {
        return IValue.listFrom(tensors.toArray(PtNDArray[]::new));
    }

    /** Calls a method that returns a tensor, which will belong to {@code manager}. */
    NDArray tensor(NDManager manager, String method, IValue... arguments) {
        try (IValue result = IValueUtils.runMethod(module, method, arguments)) {
            return result.toTensor((PtNDManager) manager);
        }
    }

    /** Calls a method for its effect. */
    void run(String method, IValue... arguments) {
        IValueUtils.runMethod(module, method, arguments).close();
    }

    @Override
    public void close() {
        module.close();
    }
}
