package io.penstock.surrogate;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDArrays;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import ai.djl.nn.Activation;
import ai.djl.nn.core.Linear;
import ai.djl.pytorch.engine.PtNDArray;
import ai.djl.pytorch.jni.JniUtils;
import java.util.ArrayList;
import java.util.List;

/**
 * The network of a {@link MpPdeSpec}: with u the given fields of a node, x its place and θ the
 * scalars, all layers but the decoder's last with swish,
 *
 * <ul>
 *   <li>encoder: {@code f_i = E2(E1[u_i; x_i; θ])}
 *   <li>each layer: {@code m_ij = M2(M1[f_i; f_j; u_i - u_j; x_i - x_j; θ])}, {@code f_i ← f_i +
 *       U2(U1[f_i; mean_j m_ij; θ])}, then each feature normalised over the nodes of its sample
 *   <li>decoder: {@code u_i(k + s) = u_i(k) + s/b · d_is} for the b steps that follow the last
 *       given, k; d by two convolutions over the features of a node, as if they were a time.
 * </ul>
 *
 * <p>Nodes come first, [nodes, k, features], so that neighbours are slices in one piece.
 */
final class MpPde extends NetworkBlock {
    /** Channels between the decoder's convolutions. */
    static final long CHANNELS = 8;

    /** Width of the decoder's last convolution: the paper's for b = 20 and 50. */
    static final long KERNEL = 10;

    private static final float EPSILON = 1e-5f;

    private final NetworkShape shape;
    private final int neighbours;
    private final int width;
    private final Layer encoder1;
    private final Layer encoder2;
    private final List<Passing> layers = new ArrayList<>();
    private final Layer decoder1;
    private final Layer decoder2;

    /**
     * Place of each node, and of the neighbours beyond the ends, in units of the axis: [nodes + 2
     * neighbours, 1, 1]; then the time of each step predicted, in bundles: [1, 1, 1, b].
     */
    private final NDList constants = new NDList();

    private record Passing(Layer message1, Layer message2, Layer update1, Layer update2) {}

    MpPde(MpPdeSpec spec, NetworkShape shape) {
        super(shape);
        this.shape = shape;
        this.neighbours = spec.neighbours();
        this.width = spec.width();
        int scalars = shape.scalars();
        this.encoder1 = layer("encoder_1", width, shape.inputChannels() + 1L + scalars);
        this.encoder2 = layer("encoder_2", width, width);
        for (int i = 0; i < spec.layers(); i++) {
            layers.add(
                    new Passing(
                            layer("message" + i + "_1", width, aboutAMessage(width, shape)),
                            layer("message" + i + "_2", width, width),
                            layer("update" + i + "_1", width, 2L * width + scalars),
                            layer("update" + i + "_2", width, width)));
        }
        this.decoder1 = layer("decoder_1", CHANNELS, 1, firstKernel(width, shape.steps()));
        this.decoder2 = layer("decoder_2", fields(shape), CHANNELS, KERNEL);
    }

    /** Numbers that a message is made from. */
    static long aboutAMessage(int width, NetworkShape shape) {
        return 2L * width + shape.inputChannels() + 1 + shape.scalars();
    }

    static int fields(NetworkShape shape) {
        return shape.outputChannels() / shape.steps();
    }

    /** Features that the decoder needs at least: what its last convolution makes b steps of. */
    static long leastWidth(int steps) {
        return steps + KERNEL - 1;
    }

    /** Stride of the decoder's first convolution, which leaves the last the least width. */
    private static long stride(int width, int steps) {
        return width / leastWidth(steps);
    }

    /** Width of the decoder's first convolution: with its stride it comes to the last feature. */
    static long firstKernel(int width, int steps) {
        return width - stride(width, steps) * (leastWidth(steps) - 1);
    }

    @Override
    public void initialize(NDManager manager, DataType dataType, Shape... inputShapes) {
        super.initialize(manager, dataType, inputShapes);
        float[] places = multiples(shape.cells(), -neighbours, shape.cells() + neighbours);
        constants.add(manager.create(places, new Shape(places.length, 1, 1)));
        float[] times = multiples(shape.steps(), 1, shape.steps() + 1);
        constants.add(manager.create(times, new Shape(1, 1, 1, times.length)));
    }

    /** The parts of a whole from one, inclusive, to another. */
    private static float[] multiples(int parts, int from, int to) {
        float[] values = new float[to - from];
        for (int i = 0; i < values.length; i++) {
            values[i] = (from + i) / (float) parts;
        }
        return values;
    }

    @Override
    NDArray predict(NDList inputs) {
        NDArray fields = inputs.get(1);
        long samples = fields.getShape().get(0);
        NDArray scalars = inputs.get(0).expandDims(0);
        NDArray scalarsOfEach =
                scalars.broadcast(shape.cells(), samples, scalars.getShape().get(2));
        NDArray u = fields.transpose(2, 0, 1);
        NDArray place = constants.get(0).broadcast(shape.cells() + 2L * neighbours, samples, 1);
        // Else it would belong to the manager of the constant, which lives on.
        place.attach(u.getManager());
        NDArray given = ring(u).concat(place, 2);
        NDArray f = swish(encoder1.linear(inner(given).concat(scalarsOfEach, 2)));
        f = swish(encoder2.linear(f));
        for (Passing layer : layers) {
            NDArray heard = heard(layer, f, given, scalars);
            NDArray known = join(2, f, heard, scalarsOfEach);
            NDArray update = swish(layer.update2.linear(swish(layer.update1.linear(known))));
            f = normalised(f.add(update));
        }
        return decoded(f, u);
    }

    /**
     * Mean of the messages that each node hears. The first layer of a message is linear in what the
     * two nodes know, so it is done once for each node and not for each pair.
     *
     * @param given fields and place of each node of the extended ring
     */
    private NDArray heard(Passing layer, NDArray f, NDArray given, NDArray scalars) {
        NDManager scope = f.getManager();
        NDArray weight = layer.message1.weight().getArray();
        long known = given.getShape().get(2);
        NDArray ofOwn = columns(scope, weight, 0, width);
        NDArray ofOther = columns(scope, weight, width, 2L * width);
        NDArray ofDifference = columns(scope, weight, 2L * width, 2L * width + known);
        NDArray ofScalars = columns(scope, weight, 2L * width + known, weight.getShape().get(1));
        NDArray difference = product(given, ofDifference);
        NDArray told = ring(product(f, ofOther)).sub(difference);
        NDArray own =
                product(f, ofOwn)
                        .add(inner(difference))
                        .add(product(scalars, ofScalars).add(layer.message1.bias().getArray()));
        NDList messages = new NDList();
        for (int from = 0; from <= 2 * neighbours; from++) {
            if (from != neighbours) {
                NDArray pair = own.add(slice(told, from, from + shape.cells()));
                messages.add(swish(layer.message2.linear(swish(pair))));
            }
        }
        return NDArrays.add(messages.toArray(NDArray[]::new)).div(2 * neighbours);
    }

    /** Columns of a weight matrix, as long as the step lives. */
    private static NDArray columns(NDManager scope, NDArray weight, long from, long to) {
        NDArray columns = JniUtils.slice((PtNDArray) weight, 1, from, to, 1);
        columns.attach(scope);
        return columns;
    }

    private static NDArray product(NDArray x, NDArray weight) {
        return Linear.linear(x, weight).singletonOrThrow();
    }

    /** The ring with the neighbours of its ends: those of the other end. */
    private NDArray ring(NDArray x) {
        return join(
                0, slice(x, shape.cells() - neighbours, shape.cells()), x, slice(x, 0, neighbours));
    }

    /** The ring itself. */
    private NDArray inner(NDArray ring) {
        return slice(ring, neighbours, neighbours + shape.cells());
    }

    private static NDArray slice(NDArray x, int from, int to) {
        return JniUtils.slice((PtNDArray) x, 0, from, to, 1);
    }

    private static NDArray join(int axis, NDArray first, NDArray... others) {
        return first.getNDArrayInternal().concat(new NDList(others), axis);
    }

    private static NDArray normalised(NDArray f) {
        NDArray centred = f.sub(f.mean(new int[] {0}, true));
        NDArray variance = centred.square().mean(new int[] {0}, true);
        return centred.div(variance.add(EPSILON).sqrt());
    }

    private NDArray decoded(NDArray f, NDArray u) {
        long samples = f.getShape().get(1);
        NDArray time = f.reshape(shape.cells() * samples, 1, width);
        NDArray steps =
                decoder2.convolution(
                        swish(decoder1.convolution(time, stride(width, shape.steps()), 0)), 1, 0);
        long channels = u.getShape().get(2);
        NDArray last =
                JniUtils.slice((PtNDArray) u, 2, channels - fields(shape), channels, 1)
                        .expandDims(3);
        return steps.reshape(shape.cells(), samples, fields(shape), shape.steps())
                .mul(constants.get(1))
                .add(last)
                .transpose(1, 3, 2, 0)
                .reshape(samples, shape.outputs());
    }

    private static NDArray swish(NDArray x) {
        return x.mul(Activation.sigmoid(x));
    }
}
