package io.penstock.compare;

import io.penstock.compare.Arm.Source;
import java.util.List;
import java.util.Locale;

/**
 * Experiment A (arXiv 2309.16743): the buffers against training from files. All arms take the same
 * number of steps; online every sample is fresh, from files there are few, read again and again, as
 * the paper's were: 250 simulations against 20 000. One arm has as many in its files as the
 * reservoir had online, to tell what the stream does from what more data does.
 */
final class BufferExperiment implements Experiment {
    private static final double DRAWS = 2;

    @Override
    public String name() {
        return "buffers";
    }

    @Override
    public String title() {
        return "heat equation, fully connected: fifo, firo and reservoir online, and offline";
    }

    @Override
    public List<Arm> arms(Size size) {
        HeatStudy heat =
                new HeatStudy(
                        size.pick(8, 32, 100, 1000),
                        size.pick(10, 100, 100, 100),
                        size.pick(8, 128, 256, 256),
                        10,
                        size.pick(60, 3000, 6000, 25_000),
                        size.pick(1, 5, 5, 10));
        int capacity = size.pick(60, 1500, 2000, 6000);
        int threshold = capacity / 6;
        int once = heat.simulationsDrawnOnce();
        int few = size.pick(2, 10, 20, 250);
        String buffer = "{kind: %s, capacity: " + capacity + ", threshold: " + threshold + "}";
        int several = heat.simulations(DRAWS, capacity, threshold);
        String fewText = heat.text(few, String.format(Locale.ROOT, buffer, "reservoir"), 1);
        return List.of(
                online(
                        "fifo",
                        heat.text(
                                once, "{kind: fifo, threshold: 0, capacity: " + capacity + "}", 1)),
                online("firo", heat.text(once, String.format(Locale.ROOT, buffer, "firo"), 1)),
                online(
                        "reservoir",
                        heat.text(several, String.format(Locale.ROOT, buffer, "reservoir"), DRAWS)),
                new Arm("", "offline, warm cache", Source.FILES, fewText, heat.batches()),
                new Arm("", "offline, cold cache", Source.COLD_FILES, fewText, heat.batches()),
                new Arm(
                        "",
                        "offline, as many as reservoir",
                        Source.FILES,
                        heat.text(several, "{kind: reservoir}", 1),
                        heat.batches()),
                new Arm(
                        "",
                        "all in memory",
                        Source.MEMORY,
                        heat.text(once, "{kind: reservoir}", 1),
                        heat.batches()));
    }

    private static Arm online(String name, String study) {
        return new Arm("", name, Source.ONLINE, study, 0);
    }

    @Override
    public List<String> findings(List<ArmOutcome> outcomes) {
        ArmOutcome offline = ArmOutcome.find(outcomes, "", "offline, warm cache");
        ArmOutcome reservoir = ArmOutcome.find(outcomes, "", "reservoir");
        ArmOutcome memory = ArmOutcome.find(outcomes, "", "all in memory");
        return List.of(
                Findings.against("reservoir online", reservoir, "offline", offline, 47),
                Findings.against(
                        "reservoir online",
                        reservoir,
                        "offline with as many simulations",
                        ArmOutcome.find(outcomes, "", "offline, as many as reservoir"),
                        null),
                Findings.against("all in memory (the bound)", memory, "offline", offline, null));
    }
}
