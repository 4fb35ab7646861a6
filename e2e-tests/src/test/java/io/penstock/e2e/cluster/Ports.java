package io.penstock.e2e.cluster;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;

/** Addresses of processes on this machine. */
final class Ports {
    static final String HOST = "127.0.0.1";

    private Ports() {}

    /** A port that nobody listens on. */
    static int free() throws IOException {
        try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getByName(HOST))) {
            return socket.getLocalPort();
        }
    }
}
