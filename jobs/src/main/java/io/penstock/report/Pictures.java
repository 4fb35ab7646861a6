package io.penstock.report;

import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The pictures of a report.
 *
 * @param training loss, reservoir, draws
 * @param fields one for each validation field
 * @param trouble why there are none, empty when there are
 */
record Pictures(List<Picture> training, List<Picture> fields, String trouble) {
    private static final Logger LOG = LoggerFactory.getLogger(Pictures.class);

    /**
     * Draws them. Java draws text with the machine's fonts, and a machine without any throws errors
     * of several kinds; a run of hours must not lose its report for want of a font.
     */
    static Pictures of(RunReport report, TrainingHistory history, List<FieldPanel> panels) {
        try {
            List<Picture> training = new ArrayList<>();
            training.add(LossCurves.of(history));
            training.add(
                    ReservoirCurves.of(
                            history,
                            report.course().startedAt(),
                            report.setup().buffer().threshold()));
            training.add(DrawsHistogram.of(history));
            List<Picture> fields =
                    IntStream.range(0, panels.size())
                            .mapToObj(i -> FieldPicture.of(panels.get(i), i + 1))
                            .toList();
            return new Pictures(List.copyOf(training), fields, "");
        } catch (RuntimeException | LinkageError | InternalError e) {
            LOG.warn("The report gets no pictures: they could not be drawn", e);
            return new Pictures(List.of(), List.of(), "they could not be drawn (" + e + ")");
        }
    }

    Stream<Picture> all() {
        return Stream.concat(training.stream(), fields.stream());
    }
}
