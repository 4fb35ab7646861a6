package io.penstock.e2e.cluster;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.File;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;
import org.apache.flink.configuration.Configuration;
import org.apache.flink.runtime.clusterframework.TaskExecutorProcessSpec;
import org.apache.flink.runtime.clusterframework.TaskExecutorProcessUtils;
import org.apache.flink.runtime.entrypoint.StandaloneSessionClusterEntrypoint;
import org.apache.flink.runtime.taskexecutor.TaskManagerRunner;
import org.apache.flink.runtime.util.config.memory.ProcessMemoryUtils;
import org.jspecify.annotations.Nullable;

/**
 * A JobManager and TaskManagers, each in a JVM of its own, with the class path that a Flink
 * distribution has after {@code cluster-lib} was copied into its {@code lib/}. They are started as
 * the scripts of a distribution do it, with the same memory.
 */
public final class FlinkProcesses implements AutoCloseable {
    private final Path folder;
    private final Map<String, String> settings;
    private final Deque<JavaProcess> taskManagers = new ArrayDeque<>();
    private @Nullable JavaProcess jobManager;

    private FlinkProcesses(Path folder, Map<String, String> settings) {
        this.folder = folder;
        this.settings = settings;
    }

    /**
     * Starts a JobManager and a TaskManager.
     *
     * @param folder an empty folder for configuration, logs and what they write
     * @param extra settings of the cluster that the test cares about
     */
    public static FlinkProcesses start(Path folder, Map<String, String> extra) throws IOException {
        Map<String, String> settings = new TreeMap<>();
        settings.put("jobmanager.rpc.address", Ports.HOST);
        settings.put("jobmanager.rpc.port", Integer.toString(Ports.free()));
        settings.put("jobmanager.bind-host", Ports.HOST);
        settings.put("rest.address", Ports.HOST);
        settings.put("rest.bind-address", Ports.HOST);
        settings.put("rest.port", Integer.toString(Ports.free()));
        settings.put("taskmanager.host", Ports.HOST);
        settings.put("taskmanager.bind-host", Ports.HOST);
        settings.put("io.tmp.dirs", Files.createDirectories(folder.resolve("tmp")).toString());
        settings.putAll(extra);
        FlinkProcesses flink = new FlinkProcesses(folder, settings);
        flink.writeConfiguration();
        try {
            flink.startJobManager();
            flink.startTaskManager();
        } catch (IOException | RuntimeException e) {
            flink.close();
            throw e;
        }
        return flink;
    }

    private void writeConfiguration() throws IOException {
        String yaml =
                settings.entrySet().stream()
                        .map(setting -> setting.getKey() + ": " + setting.getValue() + "\n")
                        .collect(Collectors.joining());
        Files.writeString(folder.resolve("config.yaml"), yaml, UTF_8);
    }

    /** Starts the JobManager, at the address that the former one had. */
    public void startJobManager() throws IOException {
        jobManager =
                launch(
                        "jobmanager",
                        StandaloneSessionClusterEntrypoint.class,
                        "-Xmx512m",
                        List.of());
    }

    /** Starts one more TaskManager. */
    public void startTaskManager() throws IOException {
        TaskExecutorProcessSpec memory =
                TaskExecutorProcessUtils.processSpecFromConfig(Configuration.fromMap(settings));
        taskManagers.add(
                launch(
                        "taskmanager",
                        TaskManagerRunner.class,
                        ProcessMemoryUtils.generateJvmParametersStr(memory),
                        List.of(
                                TaskExecutorProcessUtils.generateDynamicConfigsStr(memory)
                                        .split("\\s+"))));
    }

    /** Resident memory of the oldest TaskManager. */
    public long taskManagerBytes() throws IOException {
        return taskManagers.element().residentBytes();
    }

    /** Ends the JobManager as a power cut would. */
    public void killJobManager() {
        if (jobManager != null) {
            jobManager.close();
            jobManager = null;
        }
    }

    /** Ends the oldest TaskManager as a power cut would. */
    public void killTaskManager() {
        taskManagers.remove().close();
    }

    private JavaProcess launch(String name, Class<?> main, String memory, List<String> arguments)
            throws IOException {
        List<String> flags = new ArrayList<>(Arrays.asList(memory.split("\\s+")));
        flags.add("-Dlog4j.configurationFile=" + ProcessLogging.in(folder));
        flags.add("-D" + FaultyFileSystem.CONTROL + "=" + diskFault());
        List<String> all = new ArrayList<>(List.of("--configDir", folder.toString()));
        all.addAll(arguments);
        String classPath =
                String.join(
                        File.pathSeparator,
                        everyJarOf("penstock.flink.lib"),
                        everyJarOf("penstock.cluster.lib"),
                        System.getProperty("penstock.test.classes"));
        return JavaProcess.start(
                "a Flink " + name,
                folder.resolve(name + ".log"),
                flags,
                classPath,
                main.getName(),
                all);
    }

    private static String everyJarOf(String property) {
        Path lib = Path.of(System.getProperty(property));
        if (!Files.isDirectory(lib)) {
            throw new IllegalStateException(lib + " is missing: run mvn verify from the root");
        }
        return lib.resolve("*").toString();
    }

    /** The file that says what a {@link FaultyFileSystem} of these processes suffers from. */
    private Path diskFault() {
        return folder.resolve("disk-fault");
    }

    /** Lets the disk behind the scheme {@code faulty} fail, or be well again. */
    public void breakDisk(DiskFault fault) throws IOException {
        Path next = Files.writeString(folder.resolve("disk-fault.next"), fault.name(), UTF_8);
        // Nobody reads half a name.
        Files.move(next, diskFault(), StandardCopyOption.ATOMIC_MOVE);
    }

    /** Address of the REST endpoint. */
    public URI rest() {
        return URI.create("http://" + Ports.HOST + ":" + settings.get("rest.port"));
    }

    /** Fails when a process has ended that nobody killed. */
    public void requireAlive() {
        if (jobManager != null) {
            jobManager.requireAlive();
        }
        taskManagers.forEach(JavaProcess::requireAlive);
    }

    @Override
    public void close() {
        killJobManager();
        while (!taskManagers.isEmpty()) {
            killTaskManager();
        }
    }
}
