package io.penstock.study;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;

class StudyKeysTest {
    private static final String BEGIN = "<!-- study-keys -->";
    private static final String END = "<!-- /study-keys -->";

    @Test
    void everyPathIsThereOnceAndAfterItsSection() {
        Set<String> seen = new HashSet<>(List.of(""));
        for (StudyKey key : StudyKeys.all()) {
            assertThat(seen)
                    .as("section of %s", key.path())
                    .contains(key.section().replace("[]", ""));
            for (String kind : key.kinds().isEmpty() ? Set.of("") : key.kinds()) {
                String path = key.path() + (kind.isEmpty() ? "" : " (" + kind + ")");
                assertThat(seen.add(path)).as("%s is new", path).isTrue();
            }
        }
    }

    @Test
    void sectionsThatMayBeLeftOutWholeRequireNothing() {
        for (StudyKey section : StudyKeys.all()) {
            if ("{}".equals(section.fallback())) {
                StudyKey kind = StudyKeys.kindKey(section.path());
                String usual = kind == null ? "" : String.valueOf(kind.fallback());
                assertThat(StudyKeys.in(section.path(), usual).values())
                        .noneMatch(StudyKey::isRequired);
            }
        }
    }

    @Test
    void tableHasARowForEveryKey() {
        List<String> rows = StudyKeys.markdown().lines().toList();

        assertThat(rows).hasSize(StudyKeys.all().size() + 2);
        assertThat(rows).allMatch(row -> row.split("\\|", -1).length == 7);
        assertThat(rows)
                .contains(
                        "| `reservoir.capacity` | integer | `6000` | 1 or above | Samples it holds. |");
    }

    /** To renew the section: {@code ./penstock keys}. */
    @Test
    void readmeHasTheTable() throws Exception {
        Path file = Path.of("..", "README.md");
        assumeTrue(Files.exists(file), "no README.md");
        String readme = Files.readString(file);
        assumeTrue(readme.contains(BEGIN), "README.md has no marker " + BEGIN);

        assertThat(readme).contains(END);
        String section =
                readme.substring(readme.indexOf(BEGIN) + BEGIN.length(), readme.indexOf(END));
        assertThat(section.strip())
                .as("README.md between %s and %s; renew it with ./penstock keys", BEGIN, END)
                .isEqualTo(StudyKeys.markdown().strip());
    }
}
