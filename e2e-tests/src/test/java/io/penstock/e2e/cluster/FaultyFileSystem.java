package io.penstock.e2e.cluster;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import org.apache.flink.core.fs.FSDataInputStream;
import org.apache.flink.core.fs.FSDataOutputStream;
import org.apache.flink.core.fs.FSDataOutputStreamWrapper;
import org.apache.flink.core.fs.local.LocalFileSystem;
import org.apache.flink.core.fs.local.LocalRecoverableWriter;

/**
 * The local disk under another scheme, {@code faulty:/folder}, with the fault that a file names. A
 * test that runs as the superuser could neither write-protect a folder nor fill a disk.
 */
final class FaultyFileSystem extends LocalFileSystem {
    static final String SCHEME = "faulty";

    /**
     * System property: the file that names the {@link DiskFault}; without the file there is none.
     */
    static final String CONTROL = "penstock.disk.fault";

    private static final int ROOM_ON_A_FULL_DISK = 4096;
    private static final long SLOW_MILLIS = 400;

    private static DiskFault fault() throws IOException {
        Path control = Path.of(System.getProperty(CONTROL, ""));
        return Files.isRegularFile(control)
                ? DiskFault.valueOf(Files.readString(control, UTF_8))
                : DiskFault.NONE;
    }

    private static void beSlow() throws IOException {
        if (fault() == DiskFault.SLOW) {
            try {
                Thread.sleep(SLOW_MILLIS);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                throw new IOException("interrupted", e);
            }
        }
    }

    @Override
    public URI getUri() {
        return URI.create(SCHEME + ":///");
    }

    @Override
    public FSDataInputStream open(org.apache.flink.core.fs.Path file) throws IOException {
        beSlow();
        return super.open(file);
    }

    @Override
    public boolean mkdirs(org.apache.flink.core.fs.Path folder) throws IOException {
        requireWritable(folder);
        return super.mkdirs(folder);
    }

    @Override
    public FSDataOutputStream create(org.apache.flink.core.fs.Path file, WriteMode mode)
            throws IOException {
        requireWritable(file);
        org.apache.flink.core.fs.Path part = file.suffix(".part");
        return new Output(super.create(part, mode), part, file);
    }

    private static void requireWritable(org.apache.flink.core.fs.Path path) throws IOException {
        if (fault() == DiskFault.READ_ONLY) {
            throw new IOException(path + ": Read-only file system");
        }
    }

    /** Not offered, so that all that is written is written through {@link #create}. */
    @Override
    public LocalRecoverableWriter createRecoverableWriter() {
        throw new UnsupportedOperationException("not on a faulty disk");
    }

    /**
     * A file that has its name when it is closed, as one that a recoverable writer or an object
     * store makes: whoever is killed while it writes leaves nothing that looks whole.
     */
    private final class Output extends FSDataOutputStreamWrapper {
        private final org.apache.flink.core.fs.Path part;
        private final org.apache.flink.core.fs.Path file;
        private boolean closed;

        Output(
                FSDataOutputStream out,
                org.apache.flink.core.fs.Path part,
                org.apache.flink.core.fs.Path file) {
            super(out);
            this.part = part;
            this.file = file;
        }

        @Override
        public void write(int b) throws IOException {
            requireRoom(1);
            super.write(b);
        }

        @Override
        public void write(byte[] bytes, int offset, int length) throws IOException {
            requireRoom(length);
            super.write(bytes, offset, length);
        }

        @Override
        public void write(byte[] bytes) throws IOException {
            write(bytes, 0, bytes.length);
        }

        private void requireRoom(int bytes) throws IOException {
            if (fault() == DiskFault.FULL && getPos() + bytes > ROOM_ON_A_FULL_DISK) {
                throw new IOException("No space left on device");
            }
        }

        @Override
        public void close() throws IOException {
            if (!closed) {
                closed = true;
                beSlow();
                super.close();
                rename(part, file);
            }
        }
    }
}
