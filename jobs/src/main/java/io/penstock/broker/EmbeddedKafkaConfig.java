package io.penstock.broker;

import java.util.HashMap;
import java.util.Map;

/** The broker configuration of an {@link EmbeddedKafka}. */
final class EmbeddedKafkaConfig {
    static final int NODE_ID = 1;
    static final String BROKER = "BROKER";
    static final String CONTROLLER = "CONTROLLER";

    private EmbeddedKafkaConfig() {}

    static Map<String, String> of(EmbeddedKafkaSettings settings, int port, int controllerPort) {
        Map<String, String> config = new HashMap<>();
        config.put("process.roles", "broker,controller");
        config.put("node.id", Integer.toString(NODE_ID));
        config.put("controller.quorum.voters", NODE_ID + "@127.0.0.1:" + controllerPort);
        config.put("controller.listener.names", CONTROLLER);
        config.put("inter.broker.listener.name", BROKER);
        config.put(
                "listeners",
                BROKER
                        + "://127.0.0.1:"
                        + port
                        + ","
                        + CONTROLLER
                        + "://127.0.0.1:"
                        + controllerPort);
        config.put(
                "listener.security.protocol.map",
                BROKER + ":PLAINTEXT," + CONTROLLER + ":PLAINTEXT");
        config.put("log.dirs", settings.folder().toString());
        config.put("message.max.bytes", Integer.toString(settings.maxMessageBytes()));
        config.put("auto.create.topics.enable", "false");
        oneReplica(config);
        light(config);
        return config;
    }

    private static void oneReplica(Map<String, String> config) {
        for (String topic :
                new String[] {
                    "offsets.topic", "transaction.state.log", "share.coordinator.state.topic"
                }) {
            config.put(topic + ".num.partitions", "1");
            config.put(topic + ".replication.factor", "1");
        }
        config.put("transaction.state.log.min.isr", "1");
        config.put("share.coordinator.state.topic.min.isr", "1");
    }

    /** A broker of thousands of clients is not needed; a quick start and little memory are. */
    private static void light(Map<String, String> config) {
        config.put("num.network.threads", "2");
        config.put("num.io.threads", "3");
        config.put("background.threads", "2");
        config.put("num.recovery.threads.per.data.dir", "1");
        config.put("log.cleaner.dedupe.buffer.size", Integer.toString(4 << 20));
        config.put("log.cleaner.io.buffer.size", Integer.toString(64 << 10));
        // As the system sees fit: small ones wake reader and writer for each piece of a record.
        config.put("socket.send.buffer.bytes", "-1");
        config.put("socket.receive.buffer.bytes", "-1");
        config.put("group.initial.rebalance.delay.ms", "0");
        config.put("controller.quorum.election.timeout.ms", "200");
        config.put("controller.quorum.election.backoff.max.ms", "100");
        config.put("server.max.startup.time.ms", "60000");
    }
}
