package io.penstock.surrogate;

import ai.djl.nn.Block;
import com.fasterxml.jackson.annotation.JsonSubTypes;
import com.fasterxml.jackson.annotation.JsonSubTypes.Type;
import com.fasterxml.jackson.annotation.JsonTypeInfo;
import io.penstock.setting.InvalidSettingException;
import java.io.Serializable;

/**
 * A family of models with its sizes: everything about a network but the shape of what goes in and
 * comes out. A record, since it travels to the machines that train, and into {@code model.json},
 * where {@code kind} is its name.
 */
@JsonTypeInfo(use = JsonTypeInfo.Id.NAME, property = "kind")
@JsonSubTypes({
    @Type(value = MlpSpec.class, name = MlpSpec.KIND),
    @Type(value = ResidualMlpSpec.class, name = ResidualMlpSpec.KIND),
    @Type(value = FnoSpec.class, name = FnoSpec.KIND),
    @Type(value = UNetSpec.class, name = UNetSpec.KIND),
    @Type(value = MpPdeSpec.class, name = MpPdeSpec.KIND),
    @Type(value = TorchScriptSpec.class, name = TorchScriptSpec.KIND)
})
public sealed interface Architecture extends Serializable
        permits MlpSpec, ResidualMlpSpec, FnoSpec, UNetSpec, MpPdeSpec, TorchScriptSpec {
    /** Largest weight tensor: of one buffer, with room to align it. */
    long MAX_TENSOR_BYTES = Integer.MAX_VALUE - 256L;

    /** Name of the family, upper case. */
    String kind();

    /** Its sizes in a few words; two networks of one shape and other sizes differ in them. */
    String sizes();

    /**
     * Requires that there is such a network of this shape.
     *
     * @throws InvalidSettingException with the setting that does not fit, and why
     */
    void check(NetworkShape shape);

    /** The same without weights to begin from, if it has any: for whoever has others. */
    default Architecture withoutWeights() {
        return this;
    }

    /** Number of its weights, all tensors together. */
    long weights(NetworkShape shape);

    /**
     * A new network, not initialised. Its inputs are the scalars and, if there are input channels,
     * the fields; see {@link NetworkShape}. Weights are initialised from outside, uniform in
     * ±1/√(fan in); parameters that begin otherwise are of another type than weight and bias.
     * Values that are there once it is initialised stay.
     */
    Block block(NetworkShape shape);
}
