package io.penstock.e2e;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import org.apache.flink.configuration.Configuration;
import org.apache.flink.runtime.clusterframework.TaskExecutorProcessSpec;
import org.apache.flink.runtime.clusterframework.TaskExecutorProcessUtils;
import org.apache.flink.runtime.entrypoint.StandaloneSessionClusterEntrypoint;
import org.apache.flink.runtime.taskexecutor.TaskManagerRunner;
import org.apache.flink.runtime.util.config.memory.ProcessMemoryUtils;

/**
 * A JobManager and a TaskManager, each in a JVM of its own, with the class path that a Flink
 * distribution has after {@code cluster-lib} was copied into its {@code lib/}. They are started as
 * the scripts of a distribution do it, with the same memory.
 */
final class FlinkProcesses implements AutoCloseable {
    private static final String HOST = "127.0.0.1";

    private final Path folder;
    private final Map<String, String> settings;
    private final List<Process> processes = new ArrayList<>();
    private final Thread killer = new Thread(this::kill, "kill-flink");

    private FlinkProcesses(Path folder, Map<String, String> settings) {
        this.folder = folder;
        this.settings = settings;
    }

    /**
     * Starts both.
     *
     * @param folder an empty folder for configuration, logs and what they write
     * @param extra settings of the cluster that the test cares about
     */
    static FlinkProcesses start(Path folder, Map<String, String> extra) throws IOException {
        Map<String, String> settings = new TreeMap<>();
        String rpc = freePort();
        settings.put("jobmanager.rpc.address", HOST);
        settings.put("jobmanager.rpc.port", rpc);
        settings.put("jobmanager.bind-host", HOST);
        settings.put("rest.address", HOST);
        settings.put("rest.bind-address", HOST);
        settings.put("rest.port", freePort());
        settings.put("taskmanager.host", HOST);
        settings.put("taskmanager.bind-host", HOST);
        settings.put("io.tmp.dirs", Files.createDirectories(folder.resolve("tmp")).toString());
        settings.putAll(extra);
        FlinkProcesses flink = new FlinkProcesses(folder, settings);
        flink.writeConfiguration();
        // For a test JVM that is told to end before the test is over.
        Runtime.getRuntime().addShutdownHook(flink.killer);
        try {
            flink.launch(
                    "jobmanager", StandaloneSessionClusterEntrypoint.class, "-Xmx512m", List.of());
            flink.launchTaskManager();
        } catch (IOException | RuntimeException e) {
            flink.close();
            throw e;
        }
        return flink;
    }

    private static String freePort() throws IOException {
        try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getByName(HOST))) {
            return Integer.toString(socket.getLocalPort());
        }
    }

    private void writeConfiguration() throws IOException {
        String yaml =
                settings.entrySet().stream()
                        .map(setting -> setting.getKey() + ": " + setting.getValue() + "\n")
                        .collect(Collectors.joining());
        Files.writeString(folder.resolve("config.yaml"), yaml, UTF_8);
        Files.writeString(
                folder.resolve("log4j2.properties"),
                """
                rootLogger.level = info
                rootLogger.appenderRef.console.ref = console
                appender.console.type = Console
                appender.console.name = console
                appender.console.layout.type = PatternLayout
                appender.console.layout.pattern = %d{HH:mm:ss,SSS} %-5p %c %m%n
                """,
                UTF_8);
    }

    private void launchTaskManager() throws IOException {
        TaskExecutorProcessSpec memory =
                TaskExecutorProcessUtils.processSpecFromConfig(Configuration.fromMap(settings));
        launch(
                "taskmanager",
                TaskManagerRunner.class,
                ProcessMemoryUtils.generateJvmParametersStr(memory),
                List.of(TaskExecutorProcessUtils.generateDynamicConfigsStr(memory).split("\\s+")));
    }

    private void launch(String name, Class<?> main, String memory, List<String> arguments)
            throws IOException {
        List<String> command = new ArrayList<>();
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        command.addAll(Arrays.asList(memory.split("\\s+")));
        command.addAll(Arrays.asList(System.getProperty("penstock.jvm.flags").split("\\s+")));
        command.add("-Dlog4j.configurationFile=" + folder.resolve("log4j2.properties").toUri());
        command.add("-cp");
        command.add(everyJarOf("penstock.flink.lib") + ":" + everyJarOf("penstock.cluster.lib"));
        command.add(main.getName());
        command.add("--configDir");
        command.add(folder.toString());
        command.addAll(arguments);
        ProcessBuilder builder =
                new ProcessBuilder(command)
                        .redirectErrorStream(true)
                        .redirectOutput(folder.resolve(name + ".log").toFile());
        builder.environment().remove("JAVA_TOOL_OPTIONS");
        processes.add(builder.start());
    }

    private static String everyJarOf(String property) {
        Path lib = Path.of(System.getProperty(property));
        if (!Files.isDirectory(lib)) {
            throw new IllegalStateException(lib + " is missing: run mvn verify from the root");
        }
        return lib.resolve("*").toString();
    }

    /** Address of the REST endpoint. */
    URI rest() {
        return URI.create("http://" + HOST + ":" + settings.get("rest.port"));
    }

    /** Fails when a process has ended. */
    void requireAlive() {
        for (Process process : processes) {
            if (!process.isAlive()) {
                throw new AssertionError(
                        "a Flink process ended with exit code "
                                + process.exitValue()
                                + "; see the logs in "
                                + folder);
            }
        }
    }

    private void kill() {
        processes.forEach(Process::destroyForcibly);
    }

    @Override
    public void close() {
        kill();
        for (Process process : processes) {
            try {
                process.waitFor(10, TimeUnit.SECONDS);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        }
        Runtime.getRuntime().removeShutdownHook(killer);
    }
}
