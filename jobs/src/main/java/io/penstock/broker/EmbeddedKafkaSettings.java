package io.penstock.broker;

import io.penstock.setting.Check;
import java.nio.file.Path;

/**
 * Settings of an {@link EmbeddedKafka}.
 *
 * @param folder where its log lies; created when missing; one broker at a time may use it
 * @param port port of 127.0.0.1 it listens on; 0 lets the system choose a free one
 * @param maxMessageBytes largest record batch it takes, bytes, unless a topic says otherwise
 * @param deleteFolder whether {@link EmbeddedKafka#close()} deletes the folder
 */
public record EmbeddedKafkaSettings(
        Path folder, int port, int maxMessageBytes, boolean deleteFolder) {
    public EmbeddedKafkaSettings {
        Check.within(0, 65535, "port", port);
        Check.atLeast(1, "max-message-bytes", maxMessageBytes);
    }
}
