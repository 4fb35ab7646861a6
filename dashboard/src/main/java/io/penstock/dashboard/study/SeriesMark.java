package io.penstock.dashboard.study;

import java.util.Map;

/**
 * How far somebody has been told the series of a study.
 *
 * @param generation another one: rows before the place were taken back, or a new run began
 * @param totals rows of each shard before it
 * @param whole rows of all shards when they were last told thinned, from the beginning
 */
record SeriesMark(long generation, Map<Integer, Long> totals, long whole) {
    SeriesMark {
        totals = Map.copyOf(totals);
    }
}
