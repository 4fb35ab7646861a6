package io.penstock.bench.harness;

import org.jspecify.annotations.Nullable;

/**
 * One line of the table: a case, what we reached, what the reference did next to it, and what is
 * asked of the ratio of the two.
 *
 * @param name the case
 * @param unit unit of both sides
 * @param ours what we reached in each run
 * @param reference what the reference reached in each run; none when there is no reference
 * @param ratio ours over reference in each run
 * @param asked what is asked of the median ratio; null when nothing is
 * @param remark why it was not run, or what else is to be said; may be empty
 */
public record Row(
        String name,
        String unit,
        Values ours,
        Values reference,
        Values ratio,
        @Nullable Asked asked,
        String remark) {
    /** What the table says of a row. */
    public enum Verdict {
        /** As asked. */
        PASS,
        /** Not as asked. */
        MISS,
        /** Nothing is asked. */
        NOT_ASKED,
        /** It was not measured. */
        NOT_RUN
    }

    /** A case with a reference that was measured next to it, run by run. */
    public static Row compared(
            String name, String unit, Values ours, Values reference, @Nullable Asked asked) {
        return new Row(name, unit, ours, reference, ours.over(reference), asked, "");
    }

    /** A case without a reference. */
    public static Row measured(String name, String unit, Values ours) {
        return new Row(name, unit, ours, Values.NONE, Values.NONE, null, "");
    }

    /** A share of a whole, which is its own ratio. */
    public static Row share(String name, Values share, @Nullable Asked asked) {
        return new Row(name, "share", share, Values.NONE, share, asked, "");
    }

    /** A case that was not measured, and why. */
    public static Row notRun(String name, String reason) {
        return new Row(name, "", Values.NONE, Values.NONE, Values.NONE, null, "not run: " + reason);
    }

    /** The same under another name. */
    public Row named(String other) {
        return new Row(other, unit, ours, reference, ratio, asked, remark);
    }

    /** The same with a remark. */
    public Row withRemark(String added) {
        return new Row(name, unit, ours, reference, ratio, asked, added);
    }

    /** Whether it is as asked. */
    public Verdict verdict() {
        if (ours.isEmpty()) {
            return Verdict.NOT_RUN;
        }
        if (asked == null) {
            return Verdict.NOT_ASKED;
        }
        return asked.isMet(ratio.median()) ? Verdict.PASS : Verdict.MISS;
    }
}
