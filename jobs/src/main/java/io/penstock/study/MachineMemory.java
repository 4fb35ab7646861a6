package io.penstock.study;

import io.penstock.reservoir.DirectMemory;

/**
 * Memory there is, in bytes.
 *
 * @param direct what direct buffers of this JVM may take together
 * @param physical what the machine or its container has
 */
public record MachineMemory(long direct, long physical) {
    /** The memory of this JVM and its machine. */
    public static MachineMemory here() {
        return new MachineMemory(DirectMemory.limit(), DirectMemory.machine());
    }
}
