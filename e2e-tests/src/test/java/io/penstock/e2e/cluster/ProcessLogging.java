package io.penstock.e2e.cluster;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;

/** What processes say goes to their standard output. */
final class ProcessLogging {
    private ProcessLogging() {}

    /** Writes the Log4j configuration into a folder, and returns where it lies. */
    static URI in(Path folder) throws IOException {
        Path file = folder.resolve("log4j2.properties");
        Files.writeString(
                file,
                """
                rootLogger.level = info
                rootLogger.appenderRef.console.ref = console
                appender.console.type = Console
                appender.console.name = console
                appender.console.layout.type = PatternLayout
                appender.console.layout.pattern = %d{HH:mm:ss,SSS} %-5p %c %m%n
                """,
                UTF_8);
        return file.toUri();
    }
}
