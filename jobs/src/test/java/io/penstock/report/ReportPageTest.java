package io.penstock.report;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

class ReportPageTest {
    private final String page = page(SampleRun.STUDY_TEXT);

    @Test
    void asksNothingOfTheOutside() {
        assertThat(page)
                .doesNotContain("http://", "https://", "url(", "@import", "<script", "<link");
        assertThat(Pattern.compile("(src|href)=\"(?!data:image/png;base64,)").matcher(page).find())
                .as("sources other than pictures inside the page")
                .isFalse();
    }

    @Test
    void escapesTextsOfOthers() {
        assertThat(page)
                .contains("<h1>heat &lt;demo&gt; ")
                .contains("study: heat &lt;demo&gt; &amp; &quot;co&quot;")
                .doesNotContain("<demo>");
        assertThat(page("<script>alert('x')</script>"))
                .contains("&lt;script&gt;alert(&#39;x&#39;)&lt;/script&gt;")
                .doesNotContain("<script");
    }

    @Test
    void leavesPlacesInTextsOfOthersAlone() {
        assertThat(page("a {{summary}} b $1 \\ c")).contains("a {{summary}} b $1 \\ c");
    }

    @Test
    void describesEveryPicture() {
        assertThat(Pattern.compile("<img [^>]*alt=\"[^\"]{20,}\"").matcher(page).results().count())
                .isEqualTo(4)
                .isEqualTo(Pattern.compile("<img ").matcher(page).results().count());
        assertThat(page)
                .contains("Draws per sample: mean 4.00, fewest 1, most 31.")
                .contains("temperature of simulation 5, step 49, time 0.5 s");
    }

    @Test
    void canBeReadByMachinesThatReadAloud() {
        assertThat(page)
                .contains("<html lang=\"en\">", "<title>", "<h1>", "<h2 ", "scope=\"row\"")
                .contains("prefers-color-scheme: dark", "name=\"viewport\"");
    }

    @Test
    void showsTheNumbersInUnitsPeopleRead() {
        assertThat(page)
                .contains("2 min 05 s", "7.0 MiB", "27,360", "12.25 ms", "2026-03-01 10:15:30 UTC")
                .contains("<tr><th scope=\"row\">NOT_FINITE</th><td>12</td></tr>");
    }

    @Test
    void showsEveryShardAndTheirRounds() {
        TrainingHistory history = SampleRun.history(3);
        assertThat(page(history, ""))
                .contains(
                        row("Shards", "3"),
                        row("Batches", "8,208"),
                        row("Rounds", "27"),
                        row("Time spent merging", "0.5 %"),
                        row("Contributions before their turn", "3"),
                        row("Contributions refused", "0"),
                        row("0", "2,736", "27,360", "6,000", "3", "27", "0.3 %"),
                        row("1", "2,736", "27,360", "6,000", "3", "27", "0.5 %"),
                        row("2", "2,736", "27,360", "6,000", "3", "27", "0.6 %"));
    }

    @Test
    void doesNotSpeakOfShardsWhenThereIsOnlyOne() {
        assertThat(page)
                .contains(row("Shards", "1"))
                .doesNotContain("<caption>Shards", "<caption>Merging", "Rounds", "(shard 0)");
    }

    private static String row(String name, String... values) {
        return "<tr><th scope=\"row\">"
                + name
                + "</th><td>"
                + String.join("</td><td>", values)
                + "</td></tr>";
    }

    @Test
    void saysWhatARunWithoutDataDoesNotHave() {
        RunReport report = SampleRun.interrupted();
        Pictures pictures = Pictures.of(report, new TrainingHistory(), List.of());
        assertThat(ReportPage.of(report, pictures, ""))
                .contains("Interrupted, before the first validation was complete.")
                .contains("No validation field to show.", "No sample was rejected.", "not known")
                .doesNotContain("NaN", ">null<");
    }

    @Test
    void saysWhyPicturesAreMissing() {
        Pictures none = new Pictures(List.of(), List.of(), "no <fonts>");
        assertThat(ReportPage.of(SampleRun.interrupted(), none, ""))
                .contains("Pictures are missing: no &lt;fonts&gt;");
    }

    @Test
    void refusesATemplateThatWantsMoreThanThereIs() {
        assertThatThrownBy(() -> Html.fill("{{a}} {{b}}", Map.of("a", "1")))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("{{b}}");
    }

    private static String page(String studyText) {
        return page(SampleRun.history(), studyText);
    }

    private static String page(TrainingHistory history, String studyText) {
        RunReport report = SampleRun.finished(history);
        Pictures pictures = Pictures.of(report, history, List.of(SampleRun.panel(5, 20)));
        return ReportPage.of(report, pictures, studyText);
    }
}
