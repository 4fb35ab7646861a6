package io.penstock.compare;

import io.penstock.compare.Arm.Source;
import java.util.ArrayList;
import java.util.List;

/**
 * An ablation: what each technique for training that never ends does to error and churn, alone, at
 * a constant number of steps. Churn is measured in all arms that distil; the first of them does so
 * with next to no weight, to measure it only.
 */
final class ContinualExperiment implements Experiment {
    private static final double DRAWS = 4;
    private static final String NONE = "none";

    /** So little that it measures churn and changes nothing. */
    private static final String MEASURED = "distillation: 1.0e-9";

    @Override
    public String name() {
        return "continual";
    }

    @Override
    public String title() {
        return "gradient noise, weight averaging, distillation and a share of the newest samples";
    }

    @Override
    public List<Arm> arms(Size size) {
        int batches = size.pick(60, 2000, 5000, 25_000);
        HeatStudy heat =
                new HeatStudy(
                        size.pick(8, 32, 32, 100),
                        size.pick(10, 100, 100, 100),
                        size.pick(8, 128, 128, 256),
                        10,
                        batches,
                        size.pick(1, 5, 5, 10));
        String every = ", distillation-every: " + Math.max(1, batches / 20);
        List<Arm> arms = new ArrayList<>();
        arms.add(arm(NONE, heat, size, "", "{" + MEASURED + every + "}"));
        for (double noise : List.of(1e-9, 1e-7)) {
            String setting = "gradient-noise: " + noise;
            arms.add(arm(setting, heat, size, "", "{" + setting + ", " + MEASURED + every + "}"));
        }
        for (double decay : List.of(0.99, 0.999)) {
            String setting = "weight-averaging: " + decay;
            arms.add(arm(setting, heat, size, "", "{" + setting + ", " + MEASURED + every + "}"));
        }
        for (double weight : List.of(0.3, 0.7)) {
            String setting = "distillation: " + weight;
            arms.add(arm(setting, heat, size, "", "{" + setting + every + "}"));
        }
        for (double share : List.of(0.2, 0.5)) {
            arms.add(
                    arm(
                            "newest share: " + share,
                            heat,
                            size,
                            ", newest: {share: " + share + ", window: 100}",
                            "{" + MEASURED + every + "}"));
        }
        return arms;
    }

    private static Arm arm(
            String name, HeatStudy heat, Size size, String newest, String continual) {
        int capacity = size.pick(60, 1000, 1500, 6000);
        String reservoir =
                "{kind: reservoir, capacity: "
                        + capacity
                        + ", threshold: "
                        + capacity / 6
                        + newest
                        + "}";
        int simulations = heat.simulations(DRAWS, capacity, capacity / 6);
        return new Arm(
                "", name, Source.ONLINE, heat.text(simulations, reservoir, DRAWS, continual), 0);
    }

    @Override
    public List<String> findings(List<ArmOutcome> outcomes) {
        ArmOutcome none = ArmOutcome.find(outcomes, "", NONE);
        return outcomes.stream()
                .filter(outcome -> outcome != none)
                .map(
                        outcome ->
                                Findings.against(
                                        outcome.arm().name(), outcome, "without", none, null))
                .toList();
    }
}
