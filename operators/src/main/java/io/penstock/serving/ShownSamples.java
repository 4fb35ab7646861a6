package io.penstock.serving;

import io.penstock.sample.Decoded;
import io.penstock.sample.Sample;
import io.penstock.sample.SampleDecoder;
import io.penstock.sample.SampleForm;
import io.penstock.sample.SampleSpec;
import io.penstock.schemas.Purpose;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.apache.kafka.clients.consumer.ConsumerRecord;

/**
 * Picks the validation samples to show from the records of {@code solver-outputs}: one of each of
 * the first validation simulations found, early in the first, in the middle of the second, at the
 * end of the third. Used by one thread.
 */
public final class ShownSamples {
    /** Most simulations that one is picked of. */
    public static final int MOST = 3;

    private final SampleSpec spec;
    private final SampleForm form;
    private final int wanted;
    private final SampleDecoder decoder;
    private final Map<Long, Picked> picked = new LinkedHashMap<>();

    private record Picked(int step, float[][] rows) {
        boolean isWhole() {
            return Arrays.stream(rows).allMatch(Objects::nonNull);
        }
    }

    /**
     * @param spec what samples of the study look like
     * @param form what the surrogate maps from and to
     * @param simulations validation simulations that there are; above {@value #MOST} are not needed
     */
    public ShownSamples(SampleSpec spec, SampleForm form, int simulations) {
        this.spec = spec;
        this.form = form;
        this.wanted = Math.min(MOST, simulations);
        this.decoder = new SampleDecoder(spec);
    }

    /** Takes a record; what is no validation sample of the study is passed over. */
    public void take(ConsumerRecord<byte[], byte[]> record) {
        Decoded decoded = decoder.decode(record.partition(), record.offset(), record.value());
        if (!(decoded instanceof Sample sample) || sample.purpose() != Purpose.VALIDATION) {
            return;
        }
        if (!picked.containsKey(sample.simulation()) && picked.size() < wanted) {
            int step = Math.max(step(picked.size()), form.windowSteps() - 1);
            picked.put(sample.simulation(), new Picked(step, new float[form.windowSteps()][]));
        }
        Picked of = picked.get(sample.simulation());
        if (of != null) {
            int before = of.step() - sample.step();
            if (before >= 0 && before < form.windowSteps()) {
                of.rows()[form.windowSteps() - 1 - before] =
                        SampleSpec.numbers(ByteBuffer.wrap(sample.row()));
            }
        }
    }

    private int step(int index) {
        return Math.max(0, (index + 1) * spec.steps() / MOST - 1);
    }

    /** Whether nothing more is needed. */
    public boolean isComplete() {
        return found().size() >= wanted;
    }

    /** Those that are whole. */
    public List<ShownSample> found() {
        return picked.entrySet().stream()
                .filter(entry -> entry.getValue().isWhole())
                .map(
                        entry ->
                                new ShownSample(
                                        spec,
                                        form,
                                        entry.getKey(),
                                        entry.getValue().step(),
                                        entry.getValue().rows()))
                .toList();
    }
}
