package io.penstock.dashboard.runs;

import com.fasterxml.jackson.databind.JsonNode;
import io.penstock.dashboard.series.Column;
import io.penstock.dashboard.series.SeriesStore;
import io.penstock.dashboard.series.ShardSeries;
import io.penstock.dashboard.study.Source;
import io.penstock.dashboard.study.StateView;
import io.penstock.dashboard.study.StateView.Counts;
import io.penstock.dashboard.study.StateView.Draws;
import io.penstock.dashboard.study.StateView.Rejected;
import io.penstock.dashboard.study.StateView.ShardView;
import io.penstock.dashboard.study.StateView.Stale;
import io.penstock.dashboard.study.StateView.Totals;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** A past run: what its report and its training history tell. */
final class PastRun implements Source {
    private final String run;
    private final JsonNode report;
    private final SortedMap<Integer, SeriesStore> shards;

    /**
     * @param run name of its folder
     * @param report its {@code report.json}
     * @param shards the rows of each shard
     */
    PastRun(String run, JsonNode report, SortedMap<Integer, SeriesStore> shards) {
        this.run = run;
        this.report = report;
        this.shards = shards;
    }

    @Override
    public StateView state(long now) {
        return new StateView(
                "run:" + run,
                report.path("study").asText(),
                false,
                now,
                null,
                Stale.FRESH,
                totals(),
                shardViews(),
                draws(),
                ensemble(report.path("simulations")),
                List.of(),
                rejected(),
                List.of(),
                List.of());
    }

    private static @Nullable Double number(JsonNode node) {
        return node.isNumber() ? (Double) node.doubleValue() : null;
    }

    private static @Nullable Long count(JsonNode node) {
        return node.isNumber() ? (Long) node.longValue() : null;
    }

    private Totals totals() {
        JsonNode samples = report.path("samples");
        JsonNode throughput = report.path("throughput");
        Long unique = count(samples.path("unique"));
        Long validation = count(samples.path("validation"));
        return new Totals(
                count(report.path("batches")),
                count(samples.path("trained")),
                unique == null || validation == null ? null : (Long) (unique - validation),
                count(samples.path("duplicates")),
                count(samples.path("rejected")),
                last(Column.LOSS),
                last(Column.FRESH_LOSS),
                last(Column.VALIDATION_LOSS),
                number(report.path("validation").path("normalisedRmse")),
                last(Column.LEARNING_RATE),
                number(throughput.path("samplesPerSecond")),
                number(throughput.path("insertsPerSecond")),
                null,
                sum(Column.RESERVOIR_SEEN),
                sum(Column.RESERVOIR_UNSEEN),
                sum(Column.RESERVOIR_CAPACITY),
                last(Column.SAMPLE_AGE));
    }

    /** The last value that is known, of the first shard that has one. */
    private @Nullable Double last(Column column) {
        for (SeriesStore rows : shards.values()) {
            for (int row = rows.size() - 1; row >= 0; row--) {
                if (!Double.isNaN(rows.get(column, row))) {
                    return rows.get(column, row);
                }
            }
        }
        return null;
    }

    private @Nullable Long sum(Column column) {
        double sum = 0;
        for (SeriesStore rows : shards.values()) {
            sum += rows.get(column, rows.size() - 1);
        }
        return shards.isEmpty() || Double.isNaN(sum) ? null : (Long) Math.round(sum);
    }

    private List<ShardView> shardViews() {
        List<ShardView> views = new ArrayList<>();
        shards.forEach((shard, rows) -> views.add(shardView(shard, rows)));
        return views;
    }

    private static ShardView shardView(int shard, SeriesStore rows) {
        int end = rows.size() - 1;
        double stall = rows.get(Column.STALL_MILLIS, end);
        double longest = 0;
        for (int row = 0; row <= end; row++) {
            double one = rows.get(Column.STALL_MILLIS, row);
            longest = Double.isNaN(one) ? longest : Math.max(longest, one);
        }
        return new ShardView(
                shard,
                "FINISHED",
                whole(rows.get(Column.BATCHES, end)),
                0,
                0,
                false,
                whole(rows.get(Column.TIME, end)),
                0,
                whole(rows.get(Column.CHECKPOINT_BYTES, end)),
                Double.isNaN(stall) ? null : (Double) stall,
                longest);
    }

    private static long whole(double value) {
        return Math.round(value); // Of NaN it is 0.
    }

    private Draws draws() {
        JsonNode draws = report.path("drawsPerSample");
        return new Draws(
                List.of(),
                true,
                number(draws.path("mean")),
                count(draws.path("min")),
                count(draws.path("max")));
    }

    private static Counts ensemble(JsonNode simulations) {
        long finished = simulations.path("finished").asLong();
        long failed = simulations.path("failed").asLong();
        long all = simulations.path("requested").asLong();
        return new Counts(all, Math.max(0, all - finished - failed), 0, finished, failed);
    }

    private Rejected rejected() {
        Map<String, Long> byCause = new TreeMap<>();
        report.path("rejections")
                .fields()
                .forEachRemaining(cause -> byCause.put(cause.getKey(), cause.getValue().asLong()));
        return new Rejected(report.path("samples").path("rejected").asLong(), byCause, List.of());
    }

    @Override
    public long total() {
        return shards.values().stream().mapToLong(SeriesStore::total).sum();
    }

    @Override
    public synchronized List<ShardSeries> series(double from, double to, int points) {
        List<ShardSeries> series = new ArrayList<>();
        shards.forEach(
                (shard, rows) -> series.add(new ShardSeries(shard, rows.query(from, to, points))));
        return series;
    }
}
