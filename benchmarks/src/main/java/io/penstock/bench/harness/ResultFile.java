package io.penstock.bench.harness;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.SerializationFeature;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.LocalDateTime;
import java.time.format.DateTimeFormatter;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/** Results as a JSON file: machine, versions, settings and the values of every run. */
public final class ResultFile {
    private static final DateTimeFormatter NAME =
            DateTimeFormatter.ofPattern("uuuu-MM-dd-HHmmss", Locale.ROOT);
    private static final ObjectMapper JSON =
            new ObjectMapper().enable(SerializationFeature.INDENT_OUTPUT);

    private final Path path;
    private final Map<String, Object> head = new LinkedHashMap<>();

    /**
     * @param folder folder of the file, made when missing
     * @param began when the benchmarks began; names the file
     */
    public ResultFile(Path folder, LocalDateTime began, Settings settings) {
        this.path = folder.resolve(began.format(NAME) + ".json");
        head.put("began", began.toString());
        head.put("size", settings.size().name().toLowerCase(Locale.ROOT));
        head.put("runs", settings.runs());
        head.put("torchThreads", settings.torchThreads());
        head.put("machine", Machine.describe());
        head.put("versions", Machine.versions());
    }

    /** Where it is. */
    public Path path() {
        return path;
    }

    /** Writes what there is so far, over what was written before. */
    public void write(List<Outcome> outcomes) throws IOException {
        Map<String, Object> whole = new LinkedHashMap<>(head);
        whole.put("benchmarks", outcomes.stream().map(ResultFile::describe).toList());
        Files.createDirectories(path.toAbsolutePath().getParent());
        JSON.writeValue(path.toFile(), whole);
    }

    private static Map<String, Object> describe(Outcome outcome) {
        Map<String, Object> benchmark = new LinkedHashMap<>();
        benchmark.put("number", outcome.benchmark().number());
        benchmark.put("name", outcome.benchmark().name());
        benchmark.put("title", outcome.benchmark().title());
        benchmark.put("seconds", outcome.seconds());
        benchmark.put("rows", outcome.result().rows().stream().map(ResultFile::describe).toList());
        benchmark.put("notes", outcome.result().notes());
        return benchmark;
    }

    private static Map<String, Object> describe(Row row) {
        Map<String, Object> line = new LinkedHashMap<>();
        line.put("case", row.name());
        line.put("unit", row.unit());
        line.put("ours", describe(row.ours()));
        line.put("reference", describe(row.reference()));
        line.put("ratio", describe(row.ratio()));
        if (row.asked() != null) {
            line.put("asked", row.asked().toString());
        }
        line.put("verdict", row.verdict().name());
        line.put("remark", row.remark());
        return line;
    }

    private static Map<String, Object> describe(Values values) {
        if (values.isEmpty()) {
            return Map.of();
        }
        Map<String, Object> numbers = new LinkedHashMap<>();
        numbers.put("median", values.median());
        numbers.put("min", values.min());
        numbers.put("max", values.max());
        numbers.put("runs", values.all());
        return numbers;
    }
}
