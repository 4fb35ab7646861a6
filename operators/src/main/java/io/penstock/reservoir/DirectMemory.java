package io.penstock.reservoir;

import com.sun.management.HotSpotDiagnosticMXBean;
import com.sun.management.OperatingSystemMXBean;
import java.lang.management.BufferPoolMXBean;
import java.lang.management.ManagementFactory;

/** What this JVM may take outside its heap for direct buffers. */
public final class DirectMemory {
    private DirectMemory() {}

    /**
     * Bytes all direct buffers may take together: {@code -XX:MaxDirectMemorySize}, or the largest
     * heap where that is not set, and never more than the machine or container has.
     */
    public static long limit() {
        long flag =
                Long.parseLong(
                        ManagementFactory.getPlatformMXBean(HotSpotDiagnosticMXBean.class)
                                .getVMOption("MaxDirectMemorySize")
                                .getValue());
        return Math.min(machine(), flag > 0 ? flag : Runtime.getRuntime().maxMemory());
    }

    /** Bytes of memory the machine, or the container, has. */
    public static long machine() {
        return ManagementFactory.getPlatformMXBean(OperatingSystemMXBean.class)
                .getTotalMemorySize();
    }

    /** Bytes the direct buffers take now. */
    static long used() {
        return ManagementFactory.getPlatformMXBeans(BufferPoolMXBean.class).stream()
                .filter(pool -> pool.getName().equals("direct"))
                .mapToLong(BufferPoolMXBean::getMemoryUsed)
                .sum();
    }
}
