package io.penstock.bench.harness;

import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/**
 * Memory of the machine that somebody has used before. A virtual machine gets a page from its host
 * when it is first touched, and that may take longer than to fill it; many a host also takes free
 * pages back after seconds. Whoever writes first would pay for that, in another measure at each
 * run. So the free memory is filled with a file of zeros, read through the system's cache of files:
 * such pages the system hands to whoever needs memory, at once.
 */
public final class TouchedMemory implements AutoCloseable {
    private static final int PIECE = 4 << 20;

    private final Path folder;
    private @Nullable Path file;

    /**
     * @param folder a folder for the file, which takes no room on the disk
     */
    public TouchedMemory(Path folder) {
        this.folder = folder;
    }

    /** Touches what is free, if the system says how much that is. */
    public void touch(Progress progress) throws IOException {
        close();
        long free = Machine.freeBytes();
        if (free == 0) {
            return;
        }
        progress.say("touching %.1f GB of free memory", free * 1e-9);
        Path zeros = Files.createTempFile(folder, "zeros", "");
        file = zeros;
        try (RandomAccessFile hole = new RandomAccessFile(zeros.toFile(), "rw")) {
            hole.setLength(free);
            FileChannel channel = hole.getChannel();
            ByteBuffer piece = ByteBuffer.allocateDirect(PIECE);
            while (channel.read(piece) >= 0) {
                piece.clear();
            }
        }
    }

    @Override
    public void close() throws IOException {
        if (file != null) {
            Files.deleteIfExists(file);
            file = null;
        }
    }
}
