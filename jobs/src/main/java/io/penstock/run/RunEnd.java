package io.penstock.run;

import io.penstock.report.RunReport.Outcome;
import org.jspecify.annotations.Nullable;

/**
 * How a run ended.
 *
 * @param outcome in one word
 * @param failure why it failed; null when it did not
 */
record RunEnd(Outcome outcome, @Nullable String failure) {
    static final RunEnd FINISHED = new RunEnd(Outcome.FINISHED, null);
    static final RunEnd INTERRUPTED = new RunEnd(Outcome.INTERRUPTED, null);

    static RunEnd failed(String failure) {
        return new RunEnd(Outcome.FAILED, failure);
    }
}
