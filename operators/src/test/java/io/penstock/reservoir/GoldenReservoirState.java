package io.penstock.reservoir;

import java.io.ByteArrayOutputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/**
 * Makes the golden files of the reservoir's state. Run it once for a new version, from the module's
 * folder, with the version as argument; never again for an old one:
 *
 * <pre>java -cp … io.penstock.reservoir.GoldenReservoirState 1</pre>
 */
final class GoldenReservoirState {
    private GoldenReservoirState() {}

    /** A reservoir written, and the stem of its file's name. */
    record Golden(String name, ReservoirSpec spec) {}

    /** The reservoirs written. */
    static final List<Golden> ALL =
            List.of(
                    new Golden("fifo", Reservoirs.fifo(6)),
                    new Golden("firo", Reservoirs.firo(6, 2, 2)),
                    new Golden("reservoir", Reservoirs.reservoir(6, 2)));

    /** A reservoir with unseen, seen and free slots, all counters used. */
    static Reservoir example(ReservoirSpec spec) {
        Reservoir reservoir = Reservoir.create(spec, Reservoirs.rng(2309));
        for (int i = 0; i < 12; i++) {
            while (!reservoir.acceptsInsert()) {
                Reservoirs.draw(reservoir);
            }
            reservoir.insert(i % 2, 4_000_000_000L + i, 1L << 40 | i, 10 + i);
        }
        reservoir.drawBatch(2, new int[2], new boolean[2]);
        int[] oldest = {-1};
        reservoir.forEachOccupied(slot -> oldest[0] = oldest[0] < 0 ? slot : oldest[0]);
        reservoir.remove(oldest[0]);
        return reservoir;
    }

    static byte[] state(Reservoir reservoir) throws IOException {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        reservoir.writeTo(new DataOutputStream(bytes));
        return bytes.toByteArray();
    }

    public static void main(String[] arguments) throws IOException {
        Path folder = Path.of("src/test/resources/io/penstock/reservoir");
        for (Golden golden : ALL) {
            Path file = folder.resolve(golden.name() + "-v" + arguments[0] + ".bin");
            Files.write(file, state(example(golden.spec())));
            System.out.println("wrote " + file);
        }
    }
}
