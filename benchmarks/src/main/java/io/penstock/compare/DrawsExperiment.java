package io.penstock.compare;

import io.penstock.compare.Arm.Source;
import java.util.ArrayList;
import java.util.List;

/**
 * Experiment C: how often to draw each sample, with the number of simulations fixed (what more
 * computing buys) and with the number of steps fixed (what fewer simulations cost); and what
 * capacity and threshold do.
 */
final class DrawsExperiment implements Experiment {
    static final String SAME_SIMULATIONS = "same simulations";
    static final String SAME_BATCHES = "same batches";

    @Override
    public String name() {
        return "draws";
    }

    @Override
    public String title() {
        return "draws of a sample, capacity and threshold, against quality";
    }

    @Override
    public List<Arm> arms(Size size) {
        List<Arm> arms = new ArrayList<>();
        List<Integer> draws = size.pick(List.of(1, 4), List.of(1, 2, 4, 8, 16), all(), all());
        int simulations = size.pick(3, 60, 100, 250);
        int batches = size.pick(60, 3000, 5000, 25_000);
        int capacity = size.pick(20, 1000, 1500, 6000);
        for (int each : draws) {
            // The whole schedule of the learning rate belongs to every number of steps.
            int inserts = simulations * heat(size, 1).steps() - capacity / 6;
            int steps = (each * inserts + capacity) / heat(size, 1).batch();
            arms.add(arm(SAME_SIMULATIONS, each, heat(size, steps), simulations, capacity));
        }
        HeatStudy same = heat(size, batches);
        for (int each : draws) {
            int threshold = capacity / 6;
            arms.add(
                    arm(
                            SAME_BATCHES,
                            each,
                            same,
                            same.simulations(each, capacity, threshold),
                            capacity));
        }
        int usual = 4;
        for (int other : size.pick(List.of(40), List.of(300, 3000), wide(), wide())) {
            arms.add(
                    new Arm(
                            "capacity",
                            Integer.toString(other),
                            Source.ONLINE,
                            same.text(
                                    same.simulations(usual, other, other / 6),
                                    buffer(other, other / 6),
                                    usual),
                            0));
        }
        for (int share :
                size.pick(List.of(2), List.of(2, 90), List.of(2, 50, 90), List.of(2, 90))) {
            int threshold = capacity * share / 100;
            arms.add(
                    new Arm(
                            "threshold",
                            share + " % of the capacity",
                            Source.ONLINE,
                            same.text(
                                    same.simulations(usual, capacity, threshold),
                                    buffer(capacity, threshold),
                                    usual),
                            0));
        }
        return arms;
    }

    private static List<Integer> all() {
        return List.of(1, 2, 4, 8, 16, 32);
    }

    private static List<Integer> wide() {
        return List.of(200, 600, 3000, 6000);
    }

    private static HeatStudy heat(Size size, int batches) {
        return new HeatStudy(
                size.pick(8, 32, 32, 100),
                size.pick(10, 100, 100, 100),
                size.pick(8, 128, 128, 256),
                10,
                batches,
                size.pick(1, 5, 5, 10));
    }

    private static String buffer(int capacity, int threshold) {
        return "{kind: reservoir, capacity: " + capacity + ", threshold: " + threshold + "}";
    }

    private static Arm arm(String group, int draws, HeatStudy heat, int simulations, int capacity) {
        return new Arm(
                group,
                draws + (draws == 1 ? " draw" : " draws"),
                Source.ONLINE,
                heat.text(simulations, buffer(capacity, capacity / 6), draws),
                0);
    }

    @Override
    public List<String> findings(List<ArmOutcome> outcomes) {
        return List.of(best(outcomes, SAME_SIMULATIONS), best(outcomes, SAME_BATCHES));
    }

    private static String best(List<ArmOutcome> outcomes, String group) {
        ArmOutcome best =
                outcomes.stream()
                        .filter(outcome -> outcome.arm().group().equals(group))
                        .min(java.util.Comparator.comparingDouble(ArmOutcome::meanError))
                        .orElseThrow();
        return group + ": the least error with " + best.arm().name();
    }
}
