package io.penstock.run;

import java.util.concurrent.atomic.AtomicBoolean;
import sun.misc.Signal;

/**
 * Turns the first Ctrl-C (or SIGTERM) into a wish to stop cleanly; a second one ends the process at
 * once. A shutdown hook would not do: it runs beside those of Flink and Kafka, which take away what
 * a clean stop needs.
 */
public final class StopSignal {
    private final AtomicBoolean requested = new AtomicBoolean();

    /** Listens to the signals of this process from now on. */
    public static StopSignal install() {
        StopSignal stop = new StopSignal();
        for (String name : new String[] {"INT", "TERM"}) {
            Signal.handle(new Signal(name), signal -> stop.signalled(signal.getNumber()));
        }
        return stop;
    }

    private void signalled(int number) {
        if (!requested.compareAndSet(false, true)) {
            Runtime.getRuntime().halt(128 + number);
        }
    }

    /** Asks to stop, as a signal does. */
    public void request() {
        requested.set(true);
    }

    /** Whether someone asked to stop. */
    public boolean isRequested() {
        return requested.get();
    }
}
