package io.penstock.broker;

import java.io.IOException;
import java.net.BindException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.StandardSocketOptions;
import java.nio.channels.ServerSocketChannel;
import java.util.LinkedHashMap;
import java.util.Map;
import org.apache.kafka.server.ServerSocketFactory;

/**
 * Sockets bound before the broker's configuration is written, since that has to name their ports.
 * Asking for a free port and binding it later would leave a gap in which another process takes it.
 */
final class BoundListeners implements ServerSocketFactory, AutoCloseable {
    private static final int BACKLOG = 50;

    private final Map<String, ServerSocketChannel> channels = new LinkedHashMap<>();

    /**
     * Binds a listener to 127.0.0.1.
     *
     * @param port 0 for any free one
     * @return the port
     */
    int bind(String listener, int port) throws IOException {
        ServerSocketChannel channel = ServerSocketChannel.open();
        channels.put(listener, channel);
        channel.setOption(StandardSocketOptions.SO_REUSEADDR, true);
        try {
            channel.bind(new InetSocketAddress(loopback(), port), BACKLOG);
        } catch (BindException e) {
            throw new IOException(
                    "cannot start the embedded Kafka broker: port "
                            + port
                            + " of 127.0.0.1 is not free ("
                            + e.getMessage()
                            + "); choose another or 0 for any free one",
                    e);
        }
        return ((InetSocketAddress) channel.getLocalAddress()).getPort();
    }

    static InetAddress loopback() throws IOException {
        return InetAddress.getByAddress("127.0.0.1", new byte[] {127, 0, 0, 1});
    }

    @Override
    public ServerSocketChannel openServerSocket(
            String listener, InetSocketAddress address, int backlog, int receiveBuffer)
            throws IOException {
        ServerSocketChannel channel = channels.get(listener);
        if (channel == null) {
            throw new IOException("no socket was bound for listener " + listener);
        }
        channel.configureBlocking(false);
        return channel;
    }

    /** Closes whatever the broker has not closed itself. */
    @Override
    public void close() throws IOException {
        for (ServerSocketChannel channel : channels.values()) {
            channel.close();
        }
    }
}
