package io.penstock.dashboard.series;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import java.util.Random;
import org.junit.jupiter.api.Test;

class SeriesStoreTest {
    private static final int LOSS = Column.LOSS.ordinal();
    private static final int RATE = Column.SAMPLES_PER_SECOND.ordinal();
    private static final int TIME = Column.TIME.ordinal();

    private static double[] row(int i, double loss) {
        double[] row = new double[Column.values().length];
        Arrays.fill(row, Double.NaN);
        row[TIME] = 1000.0 + i;
        row[Column.BATCHES.ordinal()] = i;
        row[LOSS] = loss;
        row[RATE] = 100;
        return row;
    }

    private static SeriesStore store(int rows, int capacity) {
        SeriesStore store = new SeriesStore(capacity);
        Random random = new Random(1);
        for (int i = 0; i < rows; i++) {
            store.add(row(i, 1 + random.nextDouble()));
        }
        return store;
    }

    private static double[][] all(SeriesStore store, int points) {
        return store.query(0, Double.MAX_VALUE, points);
    }

    @Test
    void hasNoPointsBeforeTheFirstRow() {
        double[][] none = all(new SeriesStore(1024), 100);
        assertThat(none).hasNumberOfRows(Column.values().length);
        assertThat(none[LOSS]).isEmpty();
    }

    @Test
    void givesRowsAsTheyAreWhenThereAreNoMoreThanPoints() {
        double[][] rows = all(store(100, 1024), 100);
        assertThat(rows[TIME]).hasSize(100).startsWith(1000, 1001).endsWith(1099);
    }

    @Test
    void keepsSpikesOfEveryColumnAndTheLastRowWhenThinning() {
        SeriesStore store = new SeriesStore(1 << 20);
        for (int i = 0; i < 100_000; i++) {
            double[] row = row(i, i == 44_444 ? 99 : i == 55_555 ? -99 : 1);
            row[RATE] = i == 77_777 ? 0 : 100;
            store.add(row);
        }
        double[][] points = all(store, 600);
        assertThat(points[TIME]).hasSizeBetween(590, 600).isSorted();
        assertThat(points[TIME][0]).isEqualTo(1000);
        assertThat(points[TIME][points[TIME].length - 1]).isEqualTo(100_999);
        assertThat(points[LOSS]).contains(99, -99);
        assertThat(points[RATE]).contains(0);
        assertThat(points[Column.GRADIENT_NORM.ordinal()]).containsOnly(Double.NaN);
    }

    @Test
    void keepsTheOrderOfASpikeAndAHole() {
        SeriesStore store = new SeriesStore(1 << 12);
        for (int i = 0; i < 1000; i++) {
            store.add(row(i, i == 100 ? 9 : i == 101 ? 0 : 5));
        }
        double[] loss = all(store, 21)[LOSS];
        int up = indexOf(loss, 9);
        assertThat(indexOf(loss, 0)).isEqualTo(up + 1);
    }

    private static int indexOf(double[] values, double value) {
        for (int i = 0; i < values.length; i++) {
            if (values[i] == value) {
                return i;
            }
        }
        throw new AssertionError(value + " is not in " + Arrays.toString(values));
    }

    @Test
    void givesTheRowsOfASpanOnly() {
        SeriesStore store = store(10_000, 1 << 14);
        double[][] points = store.query(3000, 4000, 100);
        assertThat(points[TIME]).startsWith(3000).endsWith(4000).isSorted();
        assertThat(store.query(3000, 3005, 100)[TIME])
                .containsExactly(3000, 3001, 3002, 3003, 3004, 3005);
        assertThat(store.query(50_000, 60_000, 100)[TIME]).isEmpty();
    }

    @Test
    void readsAThirtiethOfAMillionRowsForAChart() {
        SeriesStore store = store(1_000_000, 1 << 20);
        double[][] points = all(store, 600);
        assertThat(points[LOSS]).hasSizeBetween(590, 600);
        assertThat(store.read()).isLessThan(1_000_000 / 30);
    }

    @Test
    void staysWithinItsRoomAndThinsTheOldestFirst() {
        SeriesStore store = new SeriesStore(4096);
        int rows = 100_000;
        for (int i = 0; i < rows; i++) {
            store.add(row(i, i == 17 ? 99 : 1));
        }
        assertThat(store.total()).isEqualTo(rows);
        assertThat(store.size()).isBetween(2048, 4096);
        double[] times = all(store, 5000)[TIME];
        assertThat(times).isSorted().startsWith(1000).endsWith(1000.0 + rows - 1);
        assertThat(Arrays.copyOfRange(times, times.length - 1000, times.length))
                .isEqualTo(newest(rows, 1000));
        assertThat(all(store, 100)[LOSS]).contains(99);
    }

    private static double[] newest(int rows, int count) {
        double[] times = new double[count];
        Arrays.setAll(times, i -> 1000.0 + rows - count + i);
        return times;
    }

    @Test
    void goesOnBehindRowsThatWereTakenBack() {
        SeriesStore store = store(1000, 4096);
        store.truncate(500);
        for (int i = 500; i < 700; i++) {
            store.add(row(i, 7));
        }
        assertThat(store.total()).isEqualTo(700);
        assertThat(all(store, 1000)[TIME]).hasSize(700).endsWith(1699);
        assertThat(all(store, 50)[LOSS]).endsWith(7);
        assertThat(all(store, 21)[TIME]).isSorted().endsWith(1699);
    }

    @Test
    void countsTheBytesOfARow() {
        assertThat(SeriesStore.ROW_BYTES).isEqualTo(Column.values().length * Double.BYTES);
    }
}
