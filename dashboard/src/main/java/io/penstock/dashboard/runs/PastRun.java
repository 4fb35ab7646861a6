package io.penstock.dashboard.runs;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.MissingNode;
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
import java.util.Locale;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.stream.DoubleStream;
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
                mean(Column.LOSS),
                mean(Column.FRESH_LOSS),
                last(Column.VALIDATION_LOSS),
                number(report.path("validation").path("normalisedRmse")),
                last(Column.LEARNING_RATE),
                number(throughput.path("samplesPerSecond")),
                number(throughput.path("insertsPerSecond")),
                null,
                sum(Column.RESERVOIR_SEEN),
                sum(Column.RESERVOIR_UNSEEN),
                sum(Column.RESERVOIR_CAPACITY),
                mean(Column.SAMPLE_AGE));
    }

    /** The mean over the shards of the last value that each knows, as of a live study. */
    private @Nullable Double mean(Column column) {
        return known(known(column).average().orElse(Double.NaN));
    }

    /** The last value that is known, of the first shard that has one. */
    private @Nullable Double last(Column column) {
        return known(known(column).findFirst().orElse(Double.NaN));
    }

    private DoubleStream known(Column column) {
        return shards.values().stream()
                .mapToDouble(rows -> last(rows, column))
                .filter(value -> !Double.isNaN(value));
    }

    private static double last(SeriesStore rows, Column column) {
        for (int row = rows.size() - 1; row >= 0; row--) {
            if (!Double.isNaN(rows.get(column, row))) {
                return rows.get(column, row);
            }
        }
        return Double.NaN;
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

    private ShardView shardView(int shard, SeriesStore rows) {
        int end = rows.size() - 1;
        return new ShardView(
                shard,
                report.path("outcome").asText().toUpperCase(Locale.ROOT),
                whole(rows.get(Column.BATCHES, end)),
                count(ofShard(shard).path("rounds")),
                null,
                false,
                whole(rows.get(Column.TIME, end)),
                count(report.path("checkpoints").path("count")),
                whole(rows.get(Column.CHECKPOINT_BYTES, end)),
                known(rows.get(Column.STALL_MILLIS, end)),
                longestStall(rows));
    }

    private JsonNode ofShard(int shard) {
        for (JsonNode one : report.path("perShard")) {
            if (one.path("shard").asInt(-1) == shard) {
                return one;
            }
        }
        return MissingNode.getInstance();
    }

    private static @Nullable Double longestStall(SeriesStore rows) {
        double longest = Double.NaN;
        for (int row = 0; row < rows.size(); row++) {
            double one = rows.get(Column.STALL_MILLIS, row);
            longest = one <= longest || Double.isNaN(one) ? longest : one;
        }
        return known(longest);
    }

    private static @Nullable Double known(double value) {
        return Double.isNaN(value) ? null : (Double) value;
    }

    private static @Nullable Long whole(double value) {
        return Double.isNaN(value) ? null : (Long) Math.round(value);
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
