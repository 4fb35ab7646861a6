package io.penstock.report;

import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/**
 * {@code report.html}: one page that needs nothing but itself. Pictures are in it as PNG; as SVG,
 * whose every letter XChart's encoder writes as an outline, they would be many times larger.
 */
final class ReportPage {
    private ReportPage() {}

    static String of(RunReport report, Pictures pictures, String studyText) {
        return Html.fill(
                Html.template("report.html"),
                Map.of(
                        "study", Html.escape(report.setup().study()),
                        "outcome", Html.escape(report.course().outcome().text()),
                        "lede", Html.escape(lede(report)),
                        "summary", SummaryTable.of(report),
                        "shards", SummaryTable.shards(report.training().sharding()),
                        "trouble", trouble(pictures.trouble()),
                        "training", figures(pictures.training()),
                        "fields", fields(pictures.fields()),
                        "rejections", SummaryTable.rejections(report.data().rejections()),
                        "study-text", Html.escape(studyText)));
    }

    private static String lede(RunReport report) {
        String end =
                switch (report.course().outcome()) {
                    case FINISHED -> "Finished";
                    case INTERRUPTED -> "Interrupted";
                    case FAILED -> "Failed";
                };
        Double error = report.training().validation().normalisedRmse();
        Double seconds = report.course().durationSeconds();
        return end
                + (seconds == null ? "" : " after " + Human.duration(seconds))
                + (error == null
                        ? ", before the first validation was complete."
                        : ", with a normalised validation error of " + Human.number(error) + ".");
    }

    private static String trouble(String trouble) {
        return trouble.isEmpty()
                ? ""
                : "<p>Pictures are missing: " + Html.escape(trouble) + "</p>\n";
    }

    private static String fields(List<Picture> pictures) {
        return pictures.isEmpty() ? "<p>No validation field to show.</p>\n" : figures(pictures);
    }

    private static String figures(List<Picture> pictures) {
        return pictures.stream().map(ReportPage::figure).collect(Collectors.joining());
    }

    private static String figure(Picture picture) {
        return """
                <figure>
                <div class="card"><img width="%d" height="%d" alt="%s" src="data:image/png;base64,%s"></div>
                <figcaption>%s</figcaption>
                </figure>
                """
                .formatted(
                        picture.width(),
                        picture.height(),
                        Html.escape(picture.text()),
                        Base64.getEncoder().encodeToString(picture.png()),
                        Html.escape(picture.caption()));
    }
}
