package io.penstock.study;

import com.sun.management.HotSpotDiagnosticMXBean;
import com.sun.management.OperatingSystemMXBean;
import java.lang.management.ManagementFactory;

/**
 * Memory there is, in bytes.
 *
 * @param direct what direct buffers of this JVM may take together
 * @param physical what the machine or its container has
 */
public record MachineMemory(long direct, long physical) {
    /** The memory of this JVM and its machine. */
    public static MachineMemory here() {
        long physical =
                ManagementFactory.getPlatformMXBean(OperatingSystemMXBean.class)
                        .getTotalMemorySize();
        long flag =
                Long.parseLong(
                        ManagementFactory.getPlatformMXBean(HotSpotDiagnosticMXBean.class)
                                .getVMOption("MaxDirectMemorySize")
                                .getValue());
        return new MachineMemory(flag > 0 ? flag : Runtime.getRuntime().maxMemory(), physical);
    }
}
