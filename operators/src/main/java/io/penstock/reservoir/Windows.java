package io.penstock.reservoir;

import io.penstock.sample.SampleForm;
import io.penstock.setting.Check;

/**
 * Which steps of a simulation make up a training sample, and where windows may begin.
 *
 * @param form what is learnt from a simulation
 * @param steps time steps of a simulation
 */
record Windows(SampleForm form, int steps) {
    private static final int MOST_STEPS = 1 << 20;

    Windows {
        Check.within(form.span(form.gaps()), MOST_STEPS, "steps", steps);
    }

    /** Steps of a window. */
    int size() {
        return form.windowSteps();
    }

    /** Gaps there are, from 1 to this. */
    int gaps() {
        return form.gaps();
    }

    /** Steps at which a window of a gap can begin: those below this. */
    int starts(int gap) {
        return steps - form.span(gap) + 1;
    }

    /** The {@code i}-th step of a window that begins at {@code start}. */
    int step(int start, int i, int gap) {
        return start + form.offset(i, gap);
    }
}
