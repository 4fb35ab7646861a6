package io.penstock.dashboard.study;

import java.util.Map;

/**
 * A place in the series of a study.
 *
 * @param generation another one: rows before the place were taken back, or a new run began
 * @param totals rows of each shard before it
 */
public record SeriesMark(long generation, Map<Integer, Long> totals) {
    public SeriesMark {
        totals = Map.copyOf(totals);
    }
}
