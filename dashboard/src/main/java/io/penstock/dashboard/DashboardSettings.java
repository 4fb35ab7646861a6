package io.penstock.dashboard;

import io.penstock.kafka.KafkaCluster;
import io.penstock.kafka.Topics;
import io.penstock.setting.Check;
import java.net.URI;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/**
 * How a dashboard is started.
 *
 * @param address where it listens
 * @param feed where it reads; null to show past runs only
 * @param runs folder of past runs; null for none
 * @param allowControl whether its page may pause, resume, change and stop trainings
 * @param flink the Flink that the trainings run on; null for none
 */
public record DashboardSettings(
        Address address,
        @Nullable Feed feed,
        @Nullable Path runs,
        boolean allowControl,
        @Nullable Flink flink) {
    /** The port it has unless told otherwise. */
    public static final int DEFAULT_PORT = 8642;

    /** The host it listens on unless told otherwise: this machine only. */
    public static final String LOOPBACK = "127.0.0.1";

    /**
     * Where it listens.
     *
     * @param host name or address of an interface of this machine
     * @param port port; 0 for any that is free
     * @param strict whether another port will not do when this one is taken
     */
    public record Address(String host, int port, boolean strict) {
        public Address {
            Check.notBlank("host", host);
            Check.within(0, 65535, "port", port);
        }

        /** This machine only; the default port, or another when it is taken. */
        public static Address byDefault() {
            return new Address(LOOPBACK, DEFAULT_PORT, false);
        }

        /** This machine only, any free port. */
        public static Address anyPort() {
            return new Address(LOOPBACK, 0, false);
        }
    }

    /**
     * The Flink that the trainings run on: linked, and with controls allowed asked for savepoints
     * and to stop.
     *
     * @param address base of its REST endpoint and web UI
     * @param savepoints folder of savepoints as a URI; null for the cluster's default
     */
    public record Flink(URI address, @Nullable String savepoints) {}

    /**
     * Where it reads.
     *
     * @param kafka the brokers
     * @param topics the topics' names
     */
    public record Feed(KafkaCluster kafka, Topics topics) {}
}
