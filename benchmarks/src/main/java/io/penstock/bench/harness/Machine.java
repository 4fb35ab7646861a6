package io.penstock.bench.harness;

import ai.djl.engine.Engine;
import io.penstock.reservoir.DirectMemory;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.apache.flink.runtime.util.EnvironmentInformation;
import org.apache.kafka.common.utils.AppInfoParser;

/** What the figures were measured on and with. */
public final class Machine {
    private static final Path CPUS = Path.of("/proc/cpuinfo");
    private static final Path MEMORY = Path.of("/proc/meminfo");

    private Machine() {}

    /** Cores, processor, memory, operating system and JVM. */
    public static Map<String, Object> describe() {
        Map<String, Object> machine = new LinkedHashMap<>();
        machine.put("cores", Runtime.getRuntime().availableProcessors());
        machine.put("processor", entry(CPUS, "model name"));
        machine.put("memoryBytes", DirectMemory.machine());
        machine.put(
                "loadAverage", ManagementFactory.getOperatingSystemMXBean().getSystemLoadAverage());
        machine.put("system", property("os.name") + " " + property("os.version"));
        machine.put("jvm", property("java.vm.name") + " " + property("java.runtime.version"));
        machine.put("jvmFlags", flags());
        return machine;
    }

    /** Where things lie on this machine is nobody else's business. */
    private static List<String> flags() {
        return ManagementFactory.getRuntimeMXBean().getInputArguments().stream()
                .filter(flag -> !flag.startsWith("-Dpenstock.home="))
                .toList();
    }

    /** Versions of what is measured and of what it is made of. */
    public static Map<String, Object> versions() {
        Map<String, Object> versions = new LinkedHashMap<>();
        String own = Machine.class.getPackage().getImplementationVersion();
        versions.put("penstock", own == null ? "not packaged" : own);
        versions.put("flink", EnvironmentInformation.getVersion());
        versions.put("kafka", AppInfoParser.getVersion());
        versions.put("djl", Engine.getDjlVersion());
        versions.put("pytorch", Engine.getEngine("PyTorch").getVersion());
        return versions;
    }

    /** Bytes of memory that can be had now without others being driven out. */
    public static long availableBytes() {
        long available = memory("MemAvailable");
        return available == 0 ? DirectMemory.machine() / 2 : available;
    }

    /** Bytes of memory that nobody uses, not even as a cache; 0 when the system does not say. */
    static long freeBytes() {
        return memory("MemFree");
    }

    private static long memory(String key) {
        String kib = entry(MEMORY, key).replaceAll("\\D", "");
        return kib.isEmpty() ? 0 : Long.parseLong(kib) << 10;
    }

    private static String entry(Path file, String key) {
        try (Stream<String> lines = Files.lines(file)) {
            return lines.filter(line -> line.startsWith(key))
                    .map(line -> line.substring(line.indexOf(':') + 1).strip())
                    .findFirst()
                    .orElse("");
        } catch (IOException e) {
            return "";
        }
    }

    private static String property(String name) {
        return System.getProperty(name, "");
    }
}
