package io.penstock.e2e.cluster;

import static java.nio.charset.StandardCharsets.US_ASCII;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;

/** Where a process listens for connections, as Linux tells it. */
public final class Listening {
    private static final Path PROC = Path.of("/proc");
    private static final String LISTEN = "0A";
    private static final int ADDRESS = 1;
    private static final int STATE = 3;
    private static final int INODE = 9;
    private static final Set<String> LOOPBACK =
            Set.of(
                    "0100007F",
                    "00000000000000000000000001000000",
                    "0000000000000000FFFF00000100007F");

    private Listening() {}

    /** Whether this system can tell. */
    public static boolean isTold() {
        return Files.isReadable(PROC.resolve("net/tcp"));
    }

    /**
     * Addresses other than the loopback interface's that a process listens at, in hexadecimal with
     * the port; and whether it listens at all.
     */
    public record Addresses(int all, List<String> open) {}

    /** Where a process listens. */
    public static Addresses of(long pid) throws IOException {
        Set<String> sockets = sockets(pid);
        int all = 0;
        List<String> open = new ArrayList<>();
        for (String table : List.of("net/tcp", "net/tcp6")) {
            for (String line : Files.readAllLines(PROC.resolve(table), US_ASCII)) {
                String[] columns = line.strip().split("\\s+");
                if (columns[STATE].equals(LISTEN) && sockets.contains(columns[INODE])) {
                    all++;
                    String host = columns[ADDRESS].split(":")[0];
                    if (!LOOPBACK.contains(host)) {
                        open.add(columns[ADDRESS]);
                    }
                }
            }
        }
        return new Addresses(all, open);
    }

    private static Set<String> sockets(long pid) throws IOException {
        Set<String> sockets = new HashSet<>();
        try (Stream<Path> files = Files.list(PROC.resolve(pid + "/fd"))) {
            for (Path file : files.toList()) {
                try {
                    String target = Files.readSymbolicLink(file).toString();
                    if (target.startsWith("socket:[")) {
                        sockets.add(target.substring("socket:[".length(), target.length() - 1));
                    }
                } catch (IOException e) {
                    continue; // It was closed meanwhile.
                }
            }
        }
        return sockets;
    }
}
