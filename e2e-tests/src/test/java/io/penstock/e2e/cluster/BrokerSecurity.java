package io.penstock.e2e.cluster;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.TreeMap;

/**
 * A broker that is talked to over TLS by those who know a password (SASL_SSL with SCRAM), and that
 * lets them do what access control lists allow.
 */
public final class BrokerSecurity {
    static final String PROTOCOL = "SASL_SSL";

    private static final String MECHANISM = "SCRAM-SHA-512";
    private static final String ADMINISTRATOR = "administrator";
    private static final String ADMINISTRATORS_PASSWORD = "what-only-the-administrator-knows";
    private static final String STORE_PASSWORD = "what-only-the-broker-knows";

    private final Path keys;
    private final Path certificate;
    private final Map<String, String> users = new TreeMap<>();

    /**
     * Makes the broker's key and certificate.
     *
     * @param folder where they go
     * @param users names and passwords of those who may log in
     */
    public BrokerSecurity(Path folder, Map<String, String> users) throws Exception {
        this.keys = folder.resolve("broker.p12");
        this.certificate = folder.resolve("broker.pem");
        this.users.putAll(users);
        this.users.put(ADMINISTRATOR, ADMINISTRATORS_PASSWORD);
        keytool(
                "-genkeypair",
                "-keyalg",
                "RSA",
                "-dname",
                "CN=broker",
                "-ext",
                "SAN=ip:" + Ports.HOST,
                "-validity",
                "2",
                "-storetype",
                "PKCS12");
        keytool("-exportcert", "-rfc", "-file", certificate.toString());
    }

    private void keytool(String... arguments) throws Exception {
        List<String> command =
                new ArrayList<>(
                        List.of(
                                Path.of(System.getProperty("java.home"), "bin", "keytool")
                                        .toString()));
        command.addAll(List.of(arguments));
        command.addAll(
                List.of(
                        "-alias",
                        "broker",
                        "-keystore",
                        keys.toString(),
                        "-storepass",
                        STORE_PASSWORD));
        Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
        String said = new String(process.getInputStream().readAllBytes(), UTF_8);
        if (process.waitFor() != 0) {
            throw new AssertionError("keytool: " + said);
        }
    }

    /** What Kafka's formatting tool is told of the users. */
    List<String> scramArguments() {
        return users.entrySet().stream()
                .map(
                        user ->
                                "%s=[name=%s,password=%s]"
                                        .formatted(MECHANISM, user.getKey(), user.getValue()))
                .toList();
    }

    /** What the broker needs to be told. */
    Map<String, String> brokerSettings() {
        Map<String, String> settings = new TreeMap<>();
        settings.put("listener.security.protocol.map", "SASL_SSL:SASL_SSL,CONTROLLER:PLAINTEXT");
        settings.put("inter.broker.listener.name", PROTOCOL);
        settings.put("sasl.enabled.mechanisms", MECHANISM);
        settings.put("sasl.mechanism.inter.broker.protocol", MECHANISM);
        settings.put(
                "listener.name.sasl_ssl.scram-sha-512.sasl.jaas.config",
                login(ADMINISTRATOR, ADMINISTRATORS_PASSWORD));
        settings.put("ssl.keystore.location", keys.toString());
        settings.put("ssl.keystore.password", STORE_PASSWORD);
        settings.put("ssl.keystore.type", "PKCS12");
        settings.put("ssl.truststore.location", certificate.toString());
        settings.put("ssl.truststore.type", "PEM");
        settings.put(
                "authorizer.class.name", "org.apache.kafka.metadata.authorizer.StandardAuthorizer");
        // The controller's listener, which only the broker itself reaches, knows no names.
        settings.put("super.users", "User:" + ADMINISTRATOR + ";User:ANONYMOUS");
        return settings;
    }

    private static String login(String user, String password) {
        return "org.apache.kafka.common.security.scram.ScramLoginModule required username=\"%s\" password=\"%s\";"
                .formatted(user, password);
    }

    /** Client properties of one who may do everything. */
    Properties administrator() {
        return client(ADMINISTRATOR, ADMINISTRATORS_PASSWORD);
    }

    /** Client properties of a user. */
    public Properties client(String user, String password) {
        Properties client = new Properties();
        client.setProperty("security.protocol", PROTOCOL);
        client.setProperty("sasl.mechanism", MECHANISM);
        client.setProperty("sasl.jaas.config", login(user, password));
        client.setProperty("ssl.truststore.location", certificate.toString());
        client.setProperty("ssl.truststore.type", "PEM");
        return client;
    }
}
