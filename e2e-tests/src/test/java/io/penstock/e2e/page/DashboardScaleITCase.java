package io.penstock.e2e.page;

import static org.assertj.core.api.Assertions.assertThat;

import io.penstock.dashboard.Dashboard;
import io.penstock.dashboard.DashboardSettings;
import io.penstock.dashboard.DashboardSettings.Address;
import io.penstock.dashboard.DashboardSettings.Feed;
import io.penstock.schemas.EventKind;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Objects;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** That a page in front of a large ensemble and a long training still answers the person. */
class DashboardScaleITCase {
    private static final int SIMULATIONS = 10_000;
    private static final int FINISHED = 6000;
    private static final int REPORTS = 100_000;
    private static final int ROUNDS = 20;

    /** What the page asks for. */
    private static final int POINTS = 600;

    /** Far below what is seen (about 60 a second), far above a page that hangs. */
    private static final int FEWEST_FRAMES_A_SECOND = 8;

    private static final long LONGEST_HANG_MILLIS = 1000;

    @TempDir Path folder;

    @Test
    void staysResponsiveWithTenThousandSimulationsAndManyReports() throws Exception {
        try (Browser browser = Browser.start();
                WatchedKafka kafka = new WatchedKafka(folder.resolve("kafka"))) {
            WatchedStudy study = new WatchedStudy(kafka, "large", 1, REPORTS);
            study.ensemble(SIMULATIONS, FINISHED + 50, FINISHED);
            for (int i = 1; i <= REPORTS; i++) {
                study.report(i);
            }
            kafka.flush();
            try (Dashboard dashboard =
                    Dashboard.start(
                            new DashboardSettings(
                                    Address.anyPort(),
                                    new Feed(kafka.cluster, kafka.topics),
                                    null,
                                    false,
                                    null))) {
                browser.open(dashboard.address(), "#source=live%3Alarge");
                browser.awaitValue("total-batches", WatchedStudy.batches(REPORTS));
                browser.awaitValue("cells", SIMULATIONS);
                browser.awaitValue("ensemble-W", SIMULATIONS - FINISHED - 50);
                showsFinerRowsOfAStretch(browser);
                watch(browser, kafka, study);
            }
        }
    }

    /** The whole run is drawn by few points; a stretch of it gets points of its own. */
    private static void showsFinerRowsOfAStretch(Browser browser) throws Exception {
        String points =
                "const chart = document.querySelector('[data-testid=chart-loss]');"
                        + "const count = echarts.getInstanceByDom(chart)?.getOption().series"
                        + ".find((line) => line.name === 'validation')?.data.length;";
        browser.awaitTrue(
                "points of the whole run", points + "return count > 100 && count < " + 2 * POINTS);
        browser.awaitTrue(
                "few of them in a stretch",
                "for (let i = 0; i < 6; i++) document.querySelector('[data-zoom=in]').click();"
                        + points
                        + "return count < "
                        + POINTS / 3);
        browser.awaitTrue("finer points", points + "return count > " + POINTS / 3);
        browser.driver().executeScript("document.querySelector('[data-zoom=all]').click()");
    }

    /**
     * Reports and events come at ten times the pace of a training, while the ensemble is in sight.
     */
    private static void watch(Browser browser, WatchedKafka kafka, WatchedStudy study)
            throws Exception {
        browser.driver()
                .executeScript(
                        "document.getElementById('ensemble').scrollIntoView({behavior: 'instant'});"
                                + "window.frames_ = 0; window.hang_ = 0; let last = performance.now();"
                                + "const began = last; const frame = (now) => { window.frames_++;"
                                + "window.hang_ = Math.max(window.hang_, now - last); last = now;"
                                + "window.rate_ = 1000 * window.frames_ / (now - began);"
                                + "requestAnimationFrame(frame); }; requestAnimationFrame(frame)");
        for (int round = 1; round <= ROUNDS; round++) {
            for (int i = 0; i < 10; i++) {
                study.report(REPORTS + 10 * (round - 1) + i + 1);
                study.event(FINISHED + 10 * round + i, EventKind.FINISHED);
            }
            kafka.flush();
            LockSupport.parkNanos(Duration.ofMillis(200).toNanos());
        }
        browser.awaitValue("total-batches", WatchedStudy.batches(REPORTS + 10 * ROUNDS));
        browser.screenshot("dashboard-large");
        assertThat(number(browser, "window.rate_")).isGreaterThan(FEWEST_FRAMES_A_SECOND);
        assertThat(number(browser, "window.hang_")).isLessThan(LONGEST_HANG_MILLIS);
        browser.assertQuiet();
    }

    private static double number(Browser browser, String script) {
        Object value = browser.driver().executeScript("return " + script);
        return ((Number) Objects.requireNonNull(value)).doubleValue();
    }
}
