package io.penstock.study;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.penstock.setting.InvalidSettingException;
import io.penstock.surrogate.TorchScriptArchive;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;

/** The TorchScript module that a study names, which becomes part of the study. */
final class ModuleFile {
    private static final String NAME = "module";

    private ModuleFile() {}

    /**
     * Puts the module in the place of its path.
     *
     * @param folder what the path is relative to
     * @throws InvalidSettingException with the whole key, when there is no such file
     */
    static void read(ObjectNode study, Path folder) {
        JsonNode path = study.path("surrogate").path(NAME);
        if (study.path("surrogate") instanceof ObjectNode surrogate && path.isTextual()) {
            surrogate.put(NAME, archive(folder, path.asText()).text());
        }
    }

    private static TorchScriptArchive archive(Path folder, String path) {
        try {
            Path file = folder.resolve(path);
            long bytes = Files.isRegularFile(file) ? Files.size(file) : -1;
            if (bytes > 0 && bytes <= TorchScriptArchive.MAX_BYTES) {
                return new TorchScriptArchive(Files.readAllBytes(file));
            }
            throw invalid(file + (bytes < 0 ? " (no such file)" : " (" + bytes + " bytes)"));
        } catch (IOException | InvalidPathException e) {
            throw invalid('"' + path + "\" (" + e + ")");
        }
    }

    private static InvalidSettingException invalid(String found) {
        return new InvalidSettingException(
                "surrogate." + NAME,
                found,
                "the path, relative to the study file, of a TorchScript module of at most "
                        + TorchScriptArchive.MAX_BYTES
                        + " bytes");
    }
}
