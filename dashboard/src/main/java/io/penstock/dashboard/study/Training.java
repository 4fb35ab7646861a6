package io.penstock.dashboard.study;

import io.penstock.dashboard.series.Column;
import io.penstock.dashboard.series.ShardSeries;
import io.penstock.dashboard.study.LiveStudy.Increment;
import io.penstock.schemas.TrainingReport;
import io.penstock.training.ShardReports;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** What the shards of a study report, of its newest run. */
final class Training {
    private static final int ROWS_OF_A_STUDY = 1 << 19;
    private static final int FEWEST_ROWS = 1 << 14;
    private static final int FRESH_PER_POINT = 2;

    private final Map<Integer, Shard> shards = new TreeMap<>();
    private final TakenIn takenIn = new TakenIn();
    private long generation;

    /** Takes a report. */
    void add(TrainingReport report) {
        Shard shard = shards.get(report.getShard());
        if (shard == null) {
            shards.put(
                    report.getShard(), new Shard(report, Math.max(FEWEST_ROWS, capacity(report))));
            generation++;
            return;
        }
        ShardReports before = latest();
        int rewinds = shard.rewinds();
        boolean isRunAnew = shard.add(report);
        generation += shard.rewinds() - rewinds;
        if (isRunAnew) {
            takenIn.begin(before);
            long began = shard.began();
            shards.values().removeIf(other -> other.latest().getTimestampMillis() < began);
        }
    }

    /** Says how many records were not yet taken in at the last report of shard 0. */
    void tellLag(double lag) {
        Shard shard = shards.get(0);
        if (shard != null) {
            shard.rows().setLast(Column.LAG, lag);
        }
    }

    private static int capacity(TrainingReport report) {
        return ROWS_OF_A_STUDY / Math.max(1, report.getShards());
    }

    boolean isEmpty() {
        return shards.isEmpty();
    }

    ShardReports latest() {
        return new ShardReports(shards.values().stream().map(Shard::latest).toList());
    }

    /** When the newest run began; 0 before the first report. */
    long began() {
        return shards.values().stream().mapToLong(Shard::began).min().orElse(0);
    }

    /** When the last report was written; 0 before the first. */
    long lastReport() {
        return shards.values().stream()
                .mapToLong(shard -> shard.latest().getTimestampMillis())
                .max()
                .orElse(0);
    }

    /** Records of the samples' topic that runs so far took in, without those rejected. */
    double takenIn() {
        return takenIn.total(latest());
    }

    long total() {
        return shards.values().stream().mapToLong(shard -> shard.rows().total()).sum();
    }

    List<ShardSeries> series(double from, double to, int points) {
        List<ShardSeries> series = new ArrayList<>();
        shards.forEach(
                (number, shard) ->
                        series.add(new ShardSeries(number, shard.rows().query(from, to, points))));
        return series;
    }

    /** See {@link LiveStudy#since}. */
    Increment since(@Nullable SeriesMark mark, int points) {
        if (mark == null
                || mark.generation() != generation
                || total() - mark.whole() > (long) FRESH_PER_POINT * points * shards.size()) {
            return new Increment(mark(total()), true, series(0, Double.MAX_VALUE, points));
        }
        return new Increment(mark(mark.whole()), false, behind(mark));
    }

    private SeriesMark mark(long whole) {
        Map<Integer, Long> totals = new TreeMap<>();
        shards.forEach((number, shard) -> totals.put(number, shard.rows().total()));
        return new SeriesMark(generation, totals, whole);
    }

    private List<ShardSeries> behind(SeriesMark mark) {
        List<ShardSeries> series = new ArrayList<>();
        shards.forEach(
                (number, shard) -> {
                    long before = mark.totals().getOrDefault(number, 0L);
                    long fresh = Math.min(shard.rows().total() - before, shard.rows().size());
                    if (fresh > 0) {
                        int first = (int) (shard.rows().size() - fresh);
                        series.add(new ShardSeries(number, shard.rows().from(first)));
                    }
                });
        return series;
    }
}
