package io.penstock.training;

import ai.djl.ndarray.NDArray;
import java.util.ArrayList;
import java.util.List;

/**
 * Tensors laid flat and cut into pieces that stay in the cache while several operations go through
 * them, and whose temporary results take no memory worth speaking of.
 */
final class Pieces {
    /** Of a whole piece. */
    static final int FLOATS = 1 << 16;

    private Pieces() {}

    /** Live views, in order; they belong to the managers of their tensors. */
    static List<NDArray> of(List<NDArray> tensors) {
        List<NDArray> pieces = new ArrayList<>();
        for (NDArray tensor : tensors) {
            NDArray flat = tensor.reshape(-1);
            for (long from = 0; from < flat.size(); from += FLOATS) {
                pieces.add(flat.get(from + ":" + Math.min(flat.size(), from + FLOATS)));
            }
        }
        return pieces;
    }
}
