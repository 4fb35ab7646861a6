package io.penstock.flink;

import io.penstock.training.ContributionChunk;
import io.penstock.training.Control;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;

/**
 * Logs that a test writes. What is in them is static, as what an operator opens is shipped to it.
 */
final class SharedLogsFixture implements SharedLogs {
    private static final long serialVersionUID = 1L;

    /** The controls, at their offsets. */
    static final List<Control> CONTROLS = new ArrayList<>();

    /** The contributions. */
    static final List<ContributionChunk> CONTRIBUTIONS = new ArrayList<>();

    static void clear() {
        CONTROLS.clear();
        CONTRIBUTIONS.clear();
    }

    @Override
    public long firstControl() {
        return 0;
    }

    @Override
    public void readControls(long from, Consumer<Control> reader) {
        CONTROLS.stream().filter(control -> control.offset() >= from).forEach(reader);
    }

    @Override
    public Tail followContributions(long from) {
        List<ContributionChunk> left =
                new ArrayList<>(
                        CONTRIBUTIONS.stream().filter(chunk -> chunk.offset() >= from).toList());
        return new Tail() {
            @Override
            public List<ContributionChunk> poll() {
                return left.isEmpty() ? List.of() : List.of(left.remove(0));
            }

            @Override
            public void close() {}
        };
    }
}
