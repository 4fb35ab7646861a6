package io.penstock.reservoir;

import io.penstock.setting.Check;
import java.io.Serializable;

/**
 * A mix of new samples and of the whole reservoir in every batch: with probability {@code share} a
 * draw takes a uniformly random one of the last {@code window} inserted, so that what is new is
 * learnt at once. Where that one has left already, and with probability {@code 1 - share}, a draw
 * takes any sample held.
 *
 * @param share 0 for draws from the whole reservoir only
 * @param window inserts that count as new
 */
public record NewestSpec(double share, int window) implements Serializable {
    /** Draws from the whole reservoir only. */
    public static final NewestSpec NONE = new NewestSpec(0, 100);

    private static final int MOST = 1 << 24;

    public NewestSpec {
        Check.within(0, 1, "share", share);
        Check.within(1, MOST, "window", window);
    }
}
