package io.penstock.bench.harness;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.nio.file.Path;
import java.time.LocalDateTime;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ResultTest {
    private static final Row PASSED =
            Row.compared("large", "MB/s", Values.of(9, 8, 10), Values.of(10, 10, 10), asked(0.9));
    private static final Row MISSED =
            Row.compared("small", "MB/s", Values.of(1234.5), Values.of(2469), asked(0.8));
    private static final Row NOT_RUN = Row.notRun("huge", "too little memory");

    private static Asked asked(double value) {
        return Asked.atLeast(value);
    }

    private static Outcome outcome() {
        return new Outcome(
                new Benchmark() {
                    @Override
                    public String name() {
                        return "copy";
                    }

                    @Override
                    public int number() {
                        return 3;
                    }

                    @Override
                    public String title() {
                        return "copying";
                    }

                    @Override
                    public Result run(Settings settings, Progress progress) {
                        throw new UnsupportedOperationException();
                    }
                },
                new Result(List.of(PASSED, MISSED, NOT_RUN), List.of("A note.")),
                12);
    }

    @Test
    void medianAndExtremesOfSeveralRuns() {
        Values values = Values.of(3, 1, 2, 10);
        assertThat(values.median()).isEqualTo(2.5);
        assertThat(values.min()).isEqualTo(1);
        assertThat(values.max()).isEqualTo(10);
        assertThat(Values.NONE.median()).isNaN();
    }

    @Test
    void ratioIsTakenRunByRun() {
        assertThat(PASSED.ratio().all()).containsExactly(0.9, 0.8, 1.0);
    }

    @Test
    void verdictComparesTheMedianRatio() {
        assertThat(PASSED.verdict()).isEqualTo(Row.Verdict.PASS);
        assertThat(MISSED.verdict()).isEqualTo(Row.Verdict.MISS);
        assertThat(NOT_RUN.verdict()).isEqualTo(Row.Verdict.NOT_RUN);
        assertThat(Row.measured("a", "s", Values.of(1)).verdict()).isEqualTo(Row.Verdict.NOT_ASKED);
        assertThat(Asked.nearOne(0.1).isMet(1.09)).isTrue();
        assertThat(Asked.nearOne(0.1).isMet(0.89)).isFalse();
        assertThat(Asked.atMost(0.02).isMet(0.03)).isFalse();
    }

    @Test
    void tableShowsMedianExtremesAndVerdict() {
        assertThat(ResultTable.of(outcome()))
                .contains("3 copy: copying")
                .containsPattern("large +MB/s +9.00 \\(8.00 to 10.0\\) +10.0 .* ≥ 0.90 +pass\n")
                .containsPattern("small +MB/s +1,235 +2,469 +0.500 +≥ 0.80 +MISS\n")
                .containsPattern("huge +not run: too little memory\n")
                .contains("  · A note.");
    }

    @Test
    void fileHoldsMachineVersionsAndEveryValue(@TempDir Path folder) throws Exception {
        Settings settings = new Settings(Settings.Size.QUICK, 3, 1, folder);
        ResultFile file =
                new ResultFile(folder, LocalDateTime.of(2026, 11, 24, 8, 30, 5), settings);
        file.write(List.of(outcome()));
        assertThat(file.path().getFileName()).hasToString("2026-11-24-083005.json");
        JsonNode json = new ObjectMapper().readTree(file.path().toFile());
        assertThat(json.at("/machine/cores").asInt()).isPositive();
        assertThat(json.at("/machine/memoryBytes").asLong()).isPositive();
        assertThat(json.at("/versions/kafka").asText()).isNotEmpty();
        assertThat(json.at("/benchmarks/0/rows/0/ours/runs").toString())
                .isEqualTo("[9.0,8.0,10.0]");
        assertThat(json.at("/benchmarks/0/rows/1/verdict").asText()).isEqualTo("MISS");
        assertThat(json.at("/benchmarks/0/rows/2/remark").asText()).contains("memory");
    }
}
