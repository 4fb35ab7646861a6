package io.penstock.e2e.cluster;

import java.net.URI;
import org.apache.flink.core.fs.FileSystem;
import org.apache.flink.core.fs.FileSystemFactory;

/** How Flink finds a {@link FaultyFileSystem}. */
public final class FaultyFileSystemFactory implements FileSystemFactory {
    @Override
    public String getScheme() {
        return FaultyFileSystem.SCHEME;
    }

    @Override
    public FileSystem create(URI uri) {
        return new FaultyFileSystem();
    }
}
