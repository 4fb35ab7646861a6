package io.penstock.study;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.management.ThreadMXBean;
import java.lang.management.ManagementFactory;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.apache.commons.rng.UniformRandomProvider;
import org.apache.commons.rng.simple.RandomSource;
import org.junit.jupiter.api.Test;

/** Damaged study files: each is a study or refused with a reason, and none takes much memory. */
class StudyFileMutationTest {
    private static final int MUTATIONS = 10_000;
    private static final long SEED = 20261124;
    private static final long MOST_BYTES = 64 << 20;
    private static final List<String> NOISE =
            List.of(
                    "null",
                    "[]",
                    "{}",
                    "- ",
                    "&a",
                    "*a",
                    "!!java.lang.Object",
                    ": ",
                    "'",
                    "\"",
                    "\t",
                    "-1",
                    "0",
                    "1e999",
                    "NaN",
                    ".inf",
                    "2147483648",
                    "99999999999999999999",
                    "[[[[[[",
                    "{a: {a: {a: ",
                    "\u0000",
                    "\uFEFF",
                    "é",
                    "|",
                    ">",
                    "%YAML 9",
                    "---",
                    "...",
                    "#");

    private final UniformRandomProvider random = RandomSource.XO_SHI_RO_256_PP.create(SEED);

    @Test
    void mutatedFilesAreReadOrRefusedWithTheirName() {
        List<String> originals =
                List.of(
                        StudyTexts.MINIMAL,
                        StudyTexts.EXTERNAL,
                        StudyFile.bundled("heat2d-demo").text(),
                        StudyFile.bundled("heat2d-paper").text());
        int refused = 0;
        for (int i = 0; i < MUTATIONS; i++) {
            String text = mutated(originals.get(random.nextInt(originals.size())));
            long before = allocated();
            refused += isRefused(text) ? 1 : 0;
            assertThat(allocated() - before).as(text).isLessThan(MOST_BYTES);
        }
        // Some numbers may be others without harm; most damage must be seen.
        assertThat(refused).isBetween(MUTATIONS / 2, MUTATIONS - 1);
    }

    private static boolean isRefused(String text) {
        try {
            StudyFile.parse("s.yaml", text, Path.of(""));
            return false;
        } catch (StudyException e) {
            assertThat(e).as(text).hasMessageStartingWith("s.yaml");
            return true;
        } catch (RuntimeException | StackOverflowError | OutOfMemoryError e) {
            throw new AssertionError("not refused but broken by:\n" + text, e);
        }
    }

    private String mutated(String text) {
        String mutated = text;
        for (int n = 1 + random.nextInt(3); n > 0; n--) {
            mutated =
                    switch (random.nextInt(5)) {
                        case 0 -> mutated.substring(0, random.nextInt(mutated.length() + 1));
                        case 1 -> insert(mutated, NOISE.get(random.nextInt(NOISE.size())));
                        case 2 -> insert(mutated, Character.toString(random.nextInt(0xD800)));
                        case 3 -> withValue(mutated, NOISE.get(random.nextInt(NOISE.size())));
                        default -> withLinesMoved(mutated);
                    };
        }
        return mutated;
    }

    private String insert(String text, String noise) {
        int at = random.nextInt(text.length() + 1);
        return text.substring(0, at) + noise + text.substring(at);
    }

    /** Another value after one of the colons. */
    private String withValue(String text, String value) {
        List<Integer> colons = new ArrayList<>();
        for (int at = text.indexOf(": "); at >= 0; at = text.indexOf(": ", at + 1)) {
            colons.add(at + 2);
        }
        if (colons.isEmpty()) {
            return insert(text, value);
        }
        int from = colons.get(random.nextInt(colons.size()));
        int to = from;
        while (to < text.length() && ",}\n".indexOf(text.charAt(to)) < 0) {
            to++;
        }
        return text.substring(0, from) + value + text.substring(to);
    }

    /** A line leaves its place, or stands in another too. */
    private String withLinesMoved(String text) {
        List<String> lines = new ArrayList<>(text.lines().toList());
        if (lines.isEmpty()) {
            return text;
        }
        int from = random.nextInt(lines.size());
        String line = random.nextBoolean() ? lines.get(from) : lines.remove(from);
        lines.add(random.nextInt(lines.size() + 1), line);
        return String.join("\n", lines);
    }

    private static long allocated() {
        return ((ThreadMXBean) ManagementFactory.getThreadMXBean())
                .getCurrentThreadAllocatedBytes();
    }
}
