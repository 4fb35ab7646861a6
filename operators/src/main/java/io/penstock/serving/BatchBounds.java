package io.penstock.serving;

import io.penstock.setting.Check;
import java.io.Serializable;
import java.time.Duration;

/**
 * When requests are answered together.
 *
 * @param most requests of a forward
 * @param latency how long the first of them waits for others at most, from when it was sent
 */
public record BatchBounds(int most, Duration latency) implements Serializable {
    /** What is taken when nothing else is said. */
    public static final BatchBounds DEFAULT = new BatchBounds(64, Duration.ofMillis(5));

    public BatchBounds {
        Check.within(1, 1 << 16, "batch", most);
        Check.that(
                !latency.isNegative() && latency.compareTo(Duration.ofMinutes(1)) <= 0,
                "latency",
                latency.toMillis() + "ms",
                "0ms to 1m");
    }
}
