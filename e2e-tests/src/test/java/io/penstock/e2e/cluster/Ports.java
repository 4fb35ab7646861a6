package io.penstock.e2e.cluster;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;

/** Addresses of processes on this machine. */
public final class Ports {
    public static final String HOST = "127.0.0.1";

    private Ports() {}

    /** A port that nobody listens on. */
    public static int free() throws IOException {
        try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getByName(HOST))) {
            return socket.getLocalPort();
        }
    }
}
