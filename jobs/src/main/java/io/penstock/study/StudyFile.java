package io.penstock.study;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.fasterxml.jackson.databind.JsonMappingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.PropertyNamingStrategies;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.datatype.jsr310.JavaTimeModule;
import io.penstock.setting.InvalidSettingException;
import io.penstock.solver.SolverSpec;
import io.penstock.surrogate.SurrogateSpec;
import java.io.IOException;
import java.io.InputStream;
import java.io.StringReader;
import java.nio.charset.CharacterCodingException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Collectors;
import org.yaml.snakeyaml.LoaderOptions;
import org.yaml.snakeyaml.Yaml;
import org.yaml.snakeyaml.error.MarkedYAMLException;
import org.yaml.snakeyaml.error.YAMLException;
import org.yaml.snakeyaml.nodes.MappingNode;
import org.yaml.snakeyaml.nodes.Node;
import org.yaml.snakeyaml.reader.ReaderException;

/**
 * A study file that was read and found good. Keeps the lines of its keys, so that what is found
 * wrong later, such as a lack of memory, can name them too.
 */
public final class StudyFile {
    /** Names of the studies that come with Penstock. */
    public static final List<String> BUNDLED = List.of("heat2d-demo", "heat2d-paper");

    private static final int MAX_BYTES = 1 << 20;
    private static final ObjectMapper MAPPER =
            JsonMapper.builder()
                    .propertyNamingStrategy(PropertyNamingStrategies.KEBAB_CASE)
                    .addModule(new JavaTimeModule())
                    .addMixIn(SolverSpec.class, SolverKinds.class)
                    .addMixIn(SurrogateSpec.class, SurrogateReader.Use.class)
                    .build();

    private final String text;
    private final Study study;
    private final KeyLines lines;

    private StudyFile(String text, Study study, KeyLines lines) {
        this.text = text;
        this.study = study;
        this.lines = lines;
    }

    /**
     * Reads the file at a path or, when there is none, the bundled study of that name.
     *
     * @throws StudyException if there is neither, or it is not a good study
     */
    public static StudyFile find(String pathOrName) {
        if (BUNDLED.contains(pathOrName) && !Files.exists(Path.of(pathOrName))) {
            return bundled(pathOrName);
        }
        return read(Path.of(pathOrName));
    }

    /** Reads a study that comes with Penstock, one of {@link #BUNDLED}. */
    public static StudyFile bundled(String name) {
        String resource = "/studies/" + name + ".yaml";
        try (InputStream in = StudyFile.class.getResourceAsStream(resource)) {
            if (in == null) {
                throw new StudyException("no study " + name + " is bundled; there are " + BUNDLED);
            }
            return parse(name, new String(in.readAllBytes(), UTF_8), Path.of(""));
        } catch (IOException e) {
            throw new StudyException(name + " cannot be read: " + e.getMessage(), e);
        }
    }

    /**
     * Reads a study file.
     *
     * @throws StudyException if it cannot be read or is not a good study
     */
    public static StudyFile read(Path file) {
        if (!Files.exists(file)) {
            throw new StudyException(
                    file
                            + ": no such file; a study is a YAML file or one of the bundled "
                            + BUNDLED);
        }
        if (Files.isDirectory(file)) {
            throw new StudyException(file + " is a folder, not a study file");
        }
        try {
            long size = Files.size(file);
            if (size > MAX_BYTES) {
                throw new StudyException(
                        file + " has " + size + " bytes; a study file has at most " + MAX_BYTES);
            }
            Path parent = file.toAbsolutePath().getParent();
            Path folder = parent == null ? file.toAbsolutePath() : parent;
            return parse(file.toString(), Files.readString(file), folder);
        } catch (CharacterCodingException e) {
            throw new StudyException(file + " is not UTF-8 text, so not a study file", e);
        } catch (IOException e) {
            throw new StudyException(file + " cannot be read: " + e, e);
        }
    }

    /** Reads the text of a study; paths in it are relative to {@code folder}. */
    static StudyFile parse(String name, String text, Path folder) {
        StudyTree tree = new StudyTree();
        ObjectNode values = tree.read(root(name, text));
        if (!tree.problems().isEmpty()) {
            throw new StudyException(
                    tree.problems().stream()
                            .map(problem -> name + ":" + problem.line() + ": " + problem.text())
                            .collect(Collectors.joining("\n")));
        }
        KeyLines lines = new KeyLines(name, tree.lines());
        try {
            SolverKinds.complete(values, folder);
            ModuleFile.read(values, folder);
            Study study = MAPPER.treeToValue(values, Study.class);
            study = study.withKafka(study.kafka().relativeTo(folder));
            return new StudyFile(text, study, lines);
        } catch (JsonMappingException e) {
            throw lines.invalid(e);
        } catch (InvalidSettingException e) {
            throw lines.invalid(e);
        } catch (IOException e) {
            throw new StudyException(name + " cannot be read: " + e.getMessage(), e);
        }
    }

    private static MappingNode root(String name, String text) {
        Node root;
        try {
            root = new Yaml(options()).compose(new StringReader(text));
        } catch (MarkedYAMLException e) {
            int line = e.getProblemMark() == null ? 1 : e.getProblemMark().getLine() + 1;
            throw new StudyException(name + ":" + line + ": not YAML: " + e.getProblem(), e);
        } catch (ReaderException e) {
            String before = text.substring(0, Math.min(e.getPosition(), text.length()));
            long line = 1 + before.chars().filter(c -> c == '\n').count();
            throw new StudyException(
                    "%s:%d: not YAML: character U+%04X is not allowed"
                            .formatted(name, line, e.getCodePoint()),
                    e);
        } catch (YAMLException e) {
            throw new StudyException(name + ": not YAML: " + e.getMessage(), e);
        }
        if (root instanceof MappingNode map) {
            return map;
        }
        String needs =
                StudyKeys.keys("")
                        .filter(StudyKey::isRequired)
                        .map(StudyKey::name)
                        .collect(Collectors.joining(", "));
        throw new StudyException(
                root == null || StudyTree.isNull(root)
                        ? name + " is empty; a study needs at least " + needs
                        : name
                                + ":1: not a study: a study is a section of keys, at least "
                                + needs);
    }

    private static LoaderOptions options() {
        LoaderOptions options = new LoaderOptions();
        options.setCodePointLimit(MAX_BYTES);
        options.setNestingDepthLimit(20);
        return options;
    }

    /** Its path, or its name when it is bundled. */
    public String name() {
        return lines.file();
    }

    /** Its text, as it was read. */
    public String text() {
        return text;
    }

    /** The study it describes. */
    public Study study() {
        return study;
    }

    /** Says that a setting of the study is wrong, naming the file and the line of its key. */
    public StudyException invalid(InvalidSettingException e) {
        return lines.invalid(e);
    }
}
