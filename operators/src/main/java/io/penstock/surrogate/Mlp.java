package io.penstock.surrogate;

import ai.djl.nn.Activation;
import ai.djl.nn.Block;
import ai.djl.nn.SequentialBlock;
import ai.djl.nn.core.Linear;
import java.util.List;

/**
 * Fully connected surrogate: inputs [k, n] → hidden layers with ReLU → outputs [k, m], linear at
 * the end (the "direct" surrogate of arXiv 2309.16743).
 */
final class Mlp {
    private Mlp() {}

    static Block block(List<Integer> hidden, int outputs) {
        SequentialBlock block = new SequentialBlock();
        for (int units : hidden) {
            block.add(Linear.builder().setUnits(units).build());
            block.add(Activation.reluBlock());
        }
        return block.add(Linear.builder().setUnits(outputs).build());
    }
}
