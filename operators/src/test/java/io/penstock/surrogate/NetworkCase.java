package io.penstock.surrogate;

import ai.djl.Device;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import java.nio.ByteOrder;
import java.nio.FloatBuffer;
import org.apache.commons.rng.UniformRandomProvider;
import org.apache.commons.rng.simple.RandomSource;

/** A network to try, and what to try it with. */
record NetworkCase(Architecture architecture, NetworkShape shape) {
    static UniformRandomProvider random(long seed) {
        return RandomSource.XO_SHI_RO_256_PP.create(seed);
    }

    Surrogate create(long seed) {
        return Surrogate.create(architecture, shape, Device.cpu(), random(seed));
    }

    NDList inputs(int samples, NDManager manager, UniformRandomProvider random) {
        NDList inputs = new NDList(uniform(new Shape(samples, shape.scalars()), manager, random));
        if (shape.inputChannels() > 0) {
            Shape fields = new Shape(samples, shape.inputChannels());
            for (int extent : shape.grid()) {
                fields = fields.add(extent);
            }
            inputs.add(uniform(fields, manager, random));
        }
        return inputs;
    }

    /** A factor for each output of each sample. */
    NDArray outputs(int samples, NDManager manager, UniformRandomProvider random) {
        return uniform(new Shape(samples, shape.outputs()), manager, random);
    }

    private static NDArray uniform(Shape shape, NDManager manager, UniformRandomProvider random) {
        float[] values = new float[(int) shape.size()];
        for (int i = 0; i < values.length; i++) {
            values[i] = (float) (2 * random.nextDouble() - 1);
        }
        return manager.create(values, shape);
    }

    /** A wave along the cells of each channel, whose phase is the first scalar. */
    NDArray waves(NDArray scalars, NDManager manager) {
        int samples = (int) scalars.getShape().get(0);
        float[] waves = new float[samples * shape.outputs()];
        for (int i = 0; i < waves.length; i++) {
            int channel = i / shape.cells() % shape.outputChannels();
            double place = i % shape.cells() / (double) shape.cells();
            double phase = scalars.getFloat(i / shape.outputs(), 0) + channel;
            waves[i] = (float) Math.sin(2 * Math.PI * place + phase);
        }
        return manager.create(waves, new Shape(samples, shape.outputs()));
    }

    /** A tensor's own memory. */
    static FloatBuffer live(NDArray tensor) {
        return tensor.toByteBuffer(true).order(ByteOrder.nativeOrder()).asFloatBuffer();
    }
}
