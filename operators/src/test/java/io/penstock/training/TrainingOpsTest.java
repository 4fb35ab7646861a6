package io.penstock.training;

import static org.assertj.core.api.Assertions.assertThat;

import ai.djl.Device;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import ai.djl.pytorch.jni.IValue;
import ai.djl.pytorch.jni.JniUtils;
import org.junit.jupiter.api.Test;

class TrainingOpsTest {
    @Test
    void scaleAddAveragesInPlace() {
        try (NDManager manager = NDManager.newBaseManager(Device.cpu(), "PyTorch");
                TrainingOps ops = new TrainingOps(manager)) {
            JniUtils.setGradMode(false);
            NDArray total = manager.zeros(new Shape(3));
            add(ops, total, manager.create(new float[] {4, -8, 1}), 0.25);
            add(ops, total, manager.create(new float[] {4, 8, 0}), 0.75);
            assertThat(total.toFloatArray()).containsExactly(4, 4, 0.25f);
        }
    }

    private static void add(TrainingOps ops, NDArray total, NDArray values, double factor) {
        try (IValue sum = TrainingOps.argument(total);
                IValue summand = TrainingOps.argument(values);
                IValue share = IValue.from(factor)) {
            ops.run("scale_add", sum, summand, share);
        }
    }
}
