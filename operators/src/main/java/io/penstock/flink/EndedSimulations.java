package io.penstock.flink;

import java.io.IOException;
import java.io.Serializable;
import java.util.Set;

/** The simulations that need not be run any more, as far as everyone was told. */
@FunctionalInterface
public interface EndedSimulations extends Serializable {
    /** Ids of those that have finished or were given up. */
    Set<Long> read() throws IOException;
}
