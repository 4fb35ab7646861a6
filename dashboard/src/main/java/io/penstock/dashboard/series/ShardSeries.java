package io.penstock.dashboard.series;

import com.fasterxml.jackson.annotation.JsonValue;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * Rows of one shard as the API gives them: each column under its name.
 *
 * @param shard the shard
 * @param columns values by {@link Column#ordinal}, then by row
 */
@SuppressWarnings("ArrayRecordComponent") // Nobody compares series.
public record ShardSeries(int shard, double[][] columns) {
    /** Number of rows. */
    public int size() {
        return columns[0].length;
    }

    /** As it is written. */
    @JsonValue
    public Map<String, Object> json() {
        Map<String, Object> json = new LinkedHashMap<>();
        json.put("shard", shard);
        for (Column column : Column.values()) {
            json.put(column.key(), columns[column.ordinal()]);
        }
        return json;
    }
}
