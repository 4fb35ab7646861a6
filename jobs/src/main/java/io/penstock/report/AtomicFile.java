package io.penstock.report;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;

/** Writes a file so that under its name there is all of it or what was there before. */
final class AtomicFile {
    private AtomicFile() {}

    static void write(Path file, byte[] content) throws IOException {
        Path absolute = file.toAbsolutePath();
        // Not Files.createTempFile: its files are for the owner's eyes only, and would stay so.
        Path part = absolute.resolveSibling("." + absolute.getFileName() + ".part");
        try {
            Files.write(part, content);
            Files.move(
                    part,
                    absolute,
                    StandardCopyOption.ATOMIC_MOVE,
                    StandardCopyOption.REPLACE_EXISTING);
        } finally {
            Files.deleteIfExists(part);
        }
    }
}
