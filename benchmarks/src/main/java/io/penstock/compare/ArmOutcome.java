package io.penstock.compare;

import java.util.List;
import java.util.function.ToDoubleFunction;
import org.hipparchus.stat.descriptive.StreamingStatistics;

/**
 * What all runs of an arm came to.
 *
 * @param arm the arm
 * @param results a result for each seed
 */
record ArmOutcome(Arm arm, List<ArmResult> results) {
    ArmOutcome {
        results = List.copyOf(results);
    }

    /** Mean and spread of a value over the seeds. */
    StreamingStatistics of(ToDoubleFunction<ArmResult> value) {
        StreamingStatistics statistics = new StreamingStatistics();
        results.forEach(result -> statistics.addValue(value.applyAsDouble(result)));
        return statistics;
    }

    double meanError() {
        return of(ArmResult::error).getMean();
    }

    /** By how much, in per cent, the mean error is below that of another arm. */
    double percentBelow(ArmOutcome other) {
        return 100 * (1 - meanError() / other.meanError());
    }

    /** The outcome of an arm, by group and name. */
    static ArmOutcome find(List<ArmOutcome> outcomes, String group, String name) {
        return outcomes.stream()
                .filter(o -> o.arm().group().equals(group) && o.arm().name().equals(name))
                .findFirst()
                .orElseThrow();
    }
}
