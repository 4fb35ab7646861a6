package io.penstock.dashboard.runs;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.penstock.dashboard.series.SeriesStore;
import io.penstock.dashboard.study.Source;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Instant;
import java.time.format.DateTimeParseException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** The runs whose folders lie in a folder. Read anew when they change. Safe for several threads. */
public final class PastRuns {
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final String REPORT = "report.json";
    private static final String PAGE = "report.html";
    private static final String TABLE = "training.csv";
    private static final int KEPT = 8;
    private static final Pattern RUN = Pattern.compile("[A-Za-z0-9_-][A-Za-z0-9._-]*");
    private static final Pattern FILE =
            Pattern.compile("report\\.html|report\\.json|training\\.csv|[A-Za-z0-9_-]+\\.png");

    private final @Nullable Path folder;

    private record Loaded(FileTime changed, PastRun run) {}

    private final Map<String, Loaded> loaded =
            new LinkedHashMap<>(KEPT, 0.75f, true) {
                private static final long serialVersionUID = 1L;

                @Override
                protected boolean removeEldestEntry(Map.Entry<String, Loaded> eldest) {
                    return size() > KEPT;
                }
            };

    /**
     * @param folder the folder; null for no past runs
     */
    public PastRuns(@Nullable Path folder) {
        this.folder = folder;
    }

    /** All of them, newest first; one that cannot be read says why. */
    public List<RunLine> list() {
        List<RunLine> lines = new ArrayList<>();
        if (folder == null || !Files.isDirectory(folder)) {
            return lines;
        }
        try (Stream<Path> folders = Files.list(folder)) {
            folders.filter(path -> Files.isDirectory(path, LinkOption.NOFOLLOW_LINKS))
                    .filter(path -> RUN.matcher(path.getFileName().toString()).matches())
                    .forEach(path -> lines.add(line(path)));
        } catch (IOException e) {
            lines.add(new RunLine(folder.toString(), "cannot be listed: " + e, false, null));
        }
        lines.sort(Comparator.comparingLong(PastRuns::start).reversed());
        return lines;
    }

    private static long start(RunLine line) {
        RunLine.Summary summary = line.summary();
        return summary == null || summary.startedAt() == null ? 0 : summary.startedAt();
    }

    private static RunLine line(Path path) {
        String run = path.getFileName().toString();
        try {
            return new RunLine(run, null, false, summary(run, path, report(path)));
        } catch (IOException e) {
            return new RunLine(run, e.getMessage(), !hasReport(path), null);
        }
    }

    private static JsonNode report(Path run) throws IOException {
        Path file = run.resolve(REPORT);
        if (!hasReport(run)) {
            throw new IOException(REPORT + " is missing: the run goes on still, or broke off");
        }
        try {
            JsonNode report = JSON.readTree(file.toFile());
            if (!report.path("study").isTextual()) {
                throw new IOException(REPORT + " names no study");
            }
            return report;
        } catch (com.fasterxml.jackson.core.JsonProcessingException e) {
            throw new IOException(REPORT + " is not JSON: " + e.getOriginalMessage(), e);
        }
    }

    private static boolean hasReport(Path run) {
        return Files.isRegularFile(run.resolve(REPORT), LinkOption.NOFOLLOW_LINKS);
    }

    private static RunLine.Summary summary(String run, Path path, JsonNode report)
            throws IOException {
        JsonNode rmse = report.path("validation").path("normalisedRmse");
        JsonNode seconds = report.path("durationSeconds");
        JsonNode batches = report.path("batches");
        return new RunLine.Summary(
                report.path("study").asText(),
                report.path("outcome").asText().toUpperCase(Locale.ROOT),
                millis(report.path("startedAt").asText()),
                seconds.isNumber() ? (Double) seconds.doubleValue() : null,
                batches.isNumber() ? (Long) batches.longValue() : null,
                rmse.isNumber() ? (Double) rmse.doubleValue() : null,
                pictures(path),
                Files.isRegularFile(path.resolve(PAGE)) ? "/runs/" + run + "/" + PAGE : null);
    }

    private static @Nullable Long millis(String time) {
        try {
            return Instant.parse(time).toEpochMilli();
        } catch (DateTimeParseException e) {
            return null;
        }
    }

    private static List<String> pictures(Path path) throws IOException {
        try (Stream<Path> files = Files.list(path)) {
            return files.map(file -> file.getFileName().toString())
                    .filter(name -> name.endsWith(".png") && FILE.matcher(name).matches())
                    .sorted()
                    .toList();
        }
    }

    /**
     * A run.
     *
     * @return none when there is none of that name
     * @throws IOException when it cannot be read
     */
    public synchronized Optional<Source> find(String run) throws IOException {
        Path path = path(run);
        if (path == null) {
            return Optional.empty();
        }
        JsonNode report = report(path);
        FileTime changed = Files.getLastModifiedTime(path.resolve(REPORT));
        Loaded known = loaded.get(run);
        if (known == null || !known.changed().equals(changed)) {
            Path table = path.resolve(TABLE);
            SortedMap<Integer, SeriesStore> rows =
                    Files.isRegularFile(table) ? TrainingTable.read(table) : new TreeMap<>();
            known = new Loaded(changed, new PastRun(run, report, rows));
            loaded.put(run, known);
        }
        return Optional.of(known.run());
    }

    /** A file of a run that may be served; none when there is none. */
    public Optional<Path> file(String run, String file) {
        Path path = path(run);
        if (path == null || !FILE.matcher(file).matches()) {
            return Optional.empty();
        }
        Path found = path.resolve(file);
        return Files.isRegularFile(found, LinkOption.NOFOLLOW_LINKS)
                ? Optional.of(found)
                : Optional.empty();
    }

    /** Directly in the folder, under a plain name, and not a link to elsewhere. */
    private @Nullable Path path(String run) {
        if (folder == null || !RUN.matcher(run).matches()) {
            return null;
        }
        Path path = folder.resolve(run);
        return Files.isDirectory(path, LinkOption.NOFOLLOW_LINKS) ? path : null;
    }
}
