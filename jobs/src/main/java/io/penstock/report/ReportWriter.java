package io.penstock.report;

import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;

/**
 * Writes what a run leaves for people: {@code report.json}, {@code training.csv}, {@code
 * report.html} and the pictures {@code loss.png}, {@code reservoir.png}, {@code draws.png}, {@code
 * field-1.png} and so on. A run that was stopped early gets all of them too, saying that there is
 * no data yet.
 */
public final class ReportWriter {
    private static final ObjectMapper JSON = new ObjectMapper();

    private ReportWriter() {}

    /**
     * Writes the files, each in one move, the most important first; files of the same names are
     * replaced. Without fonts on the machine the pictures are left out and the page says so.
     *
     * @param folder where to, an existing folder
     * @param history all training reports of the run; may be empty
     * @param panels validation fields to show; may be empty
     * @param studyText the study file, as it was read
     */
    public static void write(
            RunFolder folder,
            RunReport report,
            TrainingHistory history,
            List<FieldPanel> panels,
            String studyText)
            throws IOException {
        write(folder.path().resolve("report.json"), json(report));
        write(
                folder.path().resolve("training.csv"),
                TrainingCsv.of(history, report.course().startedAt()));
        Pictures pictures = Pictures.of(report, history, panels);
        for (Picture picture : pictures.all().toList()) {
            AtomicFile.write(folder.path().resolve(picture.name() + ".png"), picture.png());
        }
        write(folder.path().resolve("report.html"), ReportPage.of(report, pictures, studyText));
    }

    /** The report as the text of {@code report.json}. */
    static String json(RunReport report) throws IOException {
        return JSON.writerWithDefaultPrettyPrinter().writeValueAsString(report) + "\n";
    }

    private static void write(Path file, String text) throws IOException {
        AtomicFile.write(file, text.getBytes(StandardCharsets.UTF_8));
    }
}
