package io.penstock.report;

import io.penstock.setting.InvalidSettingException;
import java.io.IOException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.LocalDateTime;
import java.time.format.DateTimeFormatter;
import java.util.Locale;

/**
 * The folder of one run, named after its study and its start.
 *
 * @param path where it is
 */
public record RunFolder(Path path) {
    private static final DateTimeFormatter TIME =
            DateTimeFormatter.ofPattern("yyyyMMdd-HHmmss", Locale.ROOT);

    /**
     * Makes the folder {@code <study>-<yyyyMMdd-HHmmss>} in {@code runs}, which is made too. When
     * there is one of that name, {@code -2} is put behind it, or {@code -3} and so on. Characters
     * of the study's name other than ASCII letters, digits, dot, underscore and hyphen become
     * hyphens.
     *
     * @throws InvalidSettingException (key {@code out}) when it cannot be made
     */
    public static RunFolder create(Path runs, String study, Clock clock) {
        String plain = study.replaceAll("[^A-Za-z0-9._-]+", "-");
        String name = plain.replaceAll("^\\.+", "-") + "-" + TIME.format(LocalDateTime.now(clock));
        try {
            Files.createDirectories(runs);
            return new RunFolder(createNew(runs, name));
        } catch (IOException e) {
            throw notWritable(runs, e);
        }
    }

    private static Path createNew(Path runs, String name) throws IOException {
        for (int number = 1; ; number++) {
            String suffix = number == 1 ? "" : "-" + number;
            try {
                return Files.createDirectory(runs.resolve(name + suffix));
            } catch (FileAlreadyExistsException e) {
                // The next number may be free.
            }
        }
    }

    private static InvalidSettingException notWritable(Path runs, IOException cause) {
        String why = cause.getClass().getSimpleName() + ": " + cause.getMessage();
        InvalidSettingException e =
                new InvalidSettingException(
                        "out",
                        runs.toAbsolutePath(),
                        "a folder that can be made and written (" + why + ")");
        e.initCause(cause);
        return e;
    }
}
