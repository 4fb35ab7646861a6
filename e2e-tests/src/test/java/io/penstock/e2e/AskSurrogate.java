package io.penstock.e2e;

import io.penstock.serving.SurrogateClient;
import java.util.List;
import java.util.Properties;

/** Predicts with the newest model of a study that may still be in training. */
public final class AskSurrogate {
    private AskSurrogate() {}

    public static void main(String[] args) throws Exception {
        Properties kafka = new Properties();
        kafka.setProperty("bootstrap.servers", args[0]);
        try (SurrogateClient client = SurrogateClient.follow(kafka, "model-updates", "rod")) {
            print(client);
            if (client.refresh()) { // Takes up what was published since.
                print(client);
            }
        }
    }

    private static void print(SurrogateClient client) {
        float[] temperature = client.predict(new double[] {300, 400}, 0.5).get(0);
        System.out.printf("version %d: %.1f K%n", client.version(), temperature[0]);
        List<List<float[]>> batch =
                client.predict(
                        List.of(new double[] {300, 400}, new double[] {310, 400}),
                        new double[] {0.5, 0.5});
        System.out.printf("ten kelvin more: %.1f K%n", batch.get(1).get(0)[0]);
    }
}
