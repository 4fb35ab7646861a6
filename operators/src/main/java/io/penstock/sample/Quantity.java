package io.penstock.sample;

import io.penstock.setting.Check;
import java.io.Serializable;

/**
 * A scalar input of the surrogate: a parameter of the simulation.
 *
 * @param name its name
 * @param unit its unit, empty when it has none
 * @param min smallest value it takes
 * @param max largest value it takes
 */
public record Quantity(String name, String unit, double min, double max) implements Serializable {
    public Quantity {
        Check.notBlank("name", name);
        Check.that(Double.isFinite(min), "min", min, "a finite number");
        Check.that(
                Double.isFinite(max) && max > min, "max", max, "a number above min (" + min + ")");
    }
}
