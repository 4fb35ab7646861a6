package io.penstock.compare;

import io.penstock.run.StopSignal;

/** Someone asked to stop; what is done is kept. */
final class Interrupted extends Exception {
    private static final long serialVersionUID = 1L;

    Interrupted() {
        super("interrupted");
    }

    static void check(StopSignal stop) throws Interrupted {
        if (stop.isRequested()) {
            throw new Interrupted();
        }
    }
}
