package io.penstock.sample;

import com.fasterxml.jackson.annotation.JsonIgnore;
import io.penstock.setting.Check;
import java.io.Serializable;

/**
 * What a surrogate learns from a simulation.
 *
 * <ul>
 *   <li><em>direct</em>: from parameters and time to the fields at that time. A training sample is
 *       one time step.
 *   <li><em>auto-regressive</em>: from the fields at b steps in a row, with parameters and time, to
 *       the fields at the b steps that follow; b, the bundle, is 1 for u(t) → u(t + Δt), more for
 *       temporal bundling (arXiv 2202.03376). A training sample is a <em>window</em> of 2b steps of
 *       one simulation.
 * </ul>
 *
 * <p>With an <em>unroll</em> of n the surrogate is applied up to n times to its own predictions
 * before the step that is trained on, so that it learns to go on from what it predicted
 * ("push-forward", arXiv 2202.03376). A window then has a <em>gap</em> g of 1 to n + 1: the steps
 * that are predicted begin g bundles after those that are given, and what lies between is not
 * needed.
 *
 * @param kind the form
 * @param bundle auto-regressive: steps given and steps predicted at a time; else 1
 * @param unroll auto-regressive: most applications before the one trained on; else 0
 */
public record SampleForm(Kind kind, int bundle, int unroll) implements Serializable {
    /** From parameters and time to fields. */
    public static final SampleForm DIRECT = new SampleForm(Kind.DIRECT, 1, 0);

    /** The forms. */
    public enum Kind {
        /** (parameters, t) → fields(t). */
        DIRECT,
        /** fields(t) → fields(t + Δt). */
        AUTO_REGRESSIVE
    }

    public SampleForm {
        boolean isDirect = kind == Kind.DIRECT;
        Check.within(1, isDirect ? 1 : 1024, "bundle", bundle);
        Check.within(0, isDirect ? 0 : 64, "unroll", unroll);
    }

    /** An auto-regressive form. */
    public static SampleForm autoRegressive(int bundle, int unroll) {
        return new SampleForm(Kind.AUTO_REGRESSIVE, bundle, unroll);
    }

    /** Whether a training sample is a single time step. */
    @JsonIgnore
    public boolean isDirect() {
        return kind == Kind.DIRECT;
    }

    /** Time steps that a training sample consists of. */
    public int windowSteps() {
        return isDirect() ? 1 : 2 * bundle;
    }

    /** Time steps whose fields the surrogate is given. */
    public int givenSteps() {
        return isDirect() ? 0 : bundle;
    }

    /** The largest gap. */
    public int gaps() {
        return unroll + 1;
    }

    /** Time steps from the first of a window to one past its last. */
    public int span(int gap) {
        return isDirect() ? 1 : (gap + 1) * bundle;
    }

    /**
     * Time steps from the first of a window to its {@code i}-th.
     *
     * @param i from 0 to below {@link #windowSteps}
     * @param gap from 1 to {@link #gaps}
     */
    public int offset(int i, int gap) {
        return i < bundle ? i : i + (gap - 1) * bundle;
    }
}
