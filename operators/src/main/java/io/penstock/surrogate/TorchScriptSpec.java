package io.penstock.surrogate;

import ai.djl.Device;
import ai.djl.ndarray.NDManager;
import ai.djl.nn.Block;
import io.penstock.setting.Check;
import java.util.Objects;

/**
 * A network that the user brings: a TorchScript module, made by {@code torch.jit.script} or {@code
 * trace} and written by {@code torch.jit.save}. Training begins from the parameters in the file, so
 * that a model can be refined.
 *
 * <p>Its {@code forward}, all tensors float32 and normalised, is
 *
 * <ul>
 *   <li>direct: {@code forward(scalars [k, scalars]) → [k, outputs]}
 *   <li>auto-regressive: {@code forward(scalars [k, scalars], fields [k, channels, grid…]) → [k,
 *       outputs]}
 * </ul>
 *
 * with the shapes of {@link NetworkShape}. A result of more axes is read in C order, such as [k,
 * channels, grid…]. Any k must do.
 *
 * <p>Trained are the parameters that require a gradient; they are the weights, under their names in
 * the module. Buffers and other parameters are constants: they travel with the program and are in
 * no checkpoint. What a forward pass would change, and random numbers, would make a restored
 * training another one, so that modules with these are refused: batch normalisation with running
 * means, dropout.
 *
 * <p>The module is a program, which libtorch interprets: only load one that you trust.
 *
 * @param module the module, with the weights to begin from
 */
public record TorchScriptSpec(TorchScriptArchive module) implements Architecture {
    static final String KIND = "TORCH_SCRIPT";
    static final String MODULE = "module";

    /** So that the program fits into each model update, beside weights of 1 MiB. */
    static final int MAX_DESCRIPTION = 3 << 18;

    public TorchScriptSpec {
        Objects.requireNonNull(module, "module is null");
    }

    @Override
    public String kind() {
        return KIND;
    }

    @Override
    public String sizes() {
        return module.toString();
    }

    /** Loads the module and tries it out, on a few samples. */
    @Override
    public void check(NetworkShape shape) {
        TorchScriptTrial.run(this, shape);
        int length = withoutWeights().module.text().length();
        Check.that(
                length <= MAX_DESCRIPTION,
                MODULE,
                "a module whose program and constants take " + length + " characters",
                "at most "
                        + MAX_DESCRIPTION
                        + ", compressed and in Base64, so that they fit into each model update");
    }

    @Override
    public long weights(NetworkShape shape) {
        try (Surrogate surrogate = TorchScriptTrial.surrogate(this, shape)) {
            return surrogate.size();
        }
    }

    @Override
    public TorchScriptSpec withoutWeights() {
        try (NDManager manager = NDManager.newBaseManager(Device.cpu(), "PyTorch")) {
            TorchScriptModule loaded = TorchScriptModule.load(manager, module);
            loaded.clear();
            return new TorchScriptSpec(new TorchScriptArchive(loaded.write()));
        }
    }

    @Override
    public Block block(NetworkShape shape) {
        return new TorchScriptBlock(module, shape);
    }
}
