package io.penstock.e2e.page;

import static org.assertj.core.api.Assertions.assertThat;

import io.penstock.dashboard.Dashboard;
import io.penstock.dashboard.DashboardSettings;
import io.penstock.dashboard.DashboardSettings.Address;
import io.penstock.dashboard.DashboardSettings.Feed;
import io.penstock.e2e.cluster.Await;
import io.penstock.e2e.cluster.Records;
import io.penstock.kafka.Topics;
import io.penstock.schemas.ControlKind;
import io.penstock.schemas.EventKind;
import io.penstock.schemas.RejectionCause;
import io.penstock.schemas.TrainingControl;
import io.penstock.schemas.TrainingReport;
import java.io.IOException;
import java.net.URI;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.openqa.selenium.By;

/** That the page shows what was sent, goes along with it, and says so when it cannot. */
class DashboardPageITCase {
    private static final int REPORTS = 200;
    private static final String PLATES = "#source=live%3Aplates";

    @TempDir static Path folder;

    private static Browser browser;
    private static WatchedKafka kafka;
    private static WatchedStudy plates;
    private static PublishedModel model;
    private static Dashboard dashboard;
    private static int reported;

    @BeforeAll
    static void start() throws IOException {
        browser = Browser.start();
        kafka = new WatchedKafka(folder.resolve("kafka"));
        plates = new WatchedStudy(kafka, "plates", 2, REPORTS);
        model = new PublishedModel(kafka, "plates");
        report(REPORTS);
        plates.ensemble(60, 40, 30);
        for (int simulation = 0; simulation < 3; simulation++) {
            model.solve(simulation);
        }
        model.publish(7);
        plates.reject(
                9,
                3,
                RejectionCause.WRONG_SHAPE,
                "shape [23, 32] where <b>[24, 32]</b> is allowed");
        plates.reject(9, 4, RejectionCause.NOT_FINITE, "value 17 is NaN");
        plates.served(7);
        kafka.sendGarbage(kafka.topics.trainingReports());
        WatchedStudy beams = new WatchedStudy(kafka, "beams", 1, 50);
        for (int i = 1; i <= 50; i++) {
            beams.report(i);
        }
        kafka.flush();
        PastRunFolder.write(folder.resolve("runs"), "plates-20261120-101500", 150, 3);
        PastRunFolder.write(folder.resolve("runs"), "plates-20261121-101500", 100, 9);
        dashboard = Dashboard.start(settings(false));
    }

    private static DashboardSettings settings(boolean allowControl) {
        return new DashboardSettings(
                Address.anyPort(),
                new Feed(kafka.cluster, kafka.topics),
                folder.resolve("runs"),
                allowControl,
                null);
    }

    /** Sends reports of the plates until there are so many of each shard. */
    private static void report(int until) throws IOException {
        while (reported < until) {
            plates.report(++reported);
        }
        kafka.flush();
    }

    @AfterEach
    void hasNotComplained() {
        browser.assertQuiet();
    }

    @AfterAll
    static void stop() throws IOException {
        if (browser != null) {
            browser.close();
        }
        if (dashboard != null) {
            dashboard.close();
        }
        if (kafka != null) {
            kafka.close();
        }
    }

    private static void awaitReported() throws Exception {
        long batches = WatchedStudy.batches(reported);
        browser.awaitValue("total-batches", 2.0 * batches);
        browser.awaitValue("total-samplesTrained", 64.0 * batches);
        browser.awaitValue("total-inserts", 120.0 * reported);
        browser.awaitValue("total-validationLoss", WatchedStudy.loss(reported));
        browser.awaitValue("shard-1-batches", batches);
        awaitLastLoss(2 * batches, WatchedStudy.loss(reported));
    }

    private static void awaitLastLoss(long batches, double loss) throws Exception {
        browser.awaitTrue(
                "last point of the loss at " + batches + " batches",
                "const chart = document.querySelector('[data-testid=chart-loss]');"
                        + "const found = echarts.getInstanceByDom(chart)?.getOption().series"
                        + ".find((line) => line.name === 'validation');"
                        + "const last = found?.data.at(-1);"
                        + "return !!last && last[0] === arguments[0] && Math.abs(last[1] - arguments[1]) < 1e-9",
                batches,
                loss);
    }

    @Test
    void showsTheFiguresThatWereReportedAndThoseThatFollow() throws Exception {
        browser.open(dashboard.address(), PLATES);
        awaitReported();
        assertThat(browser.text("total-batches"))
                .isEqualTo(String.format("%,d", 2 * WatchedStudy.batches(reported)));

        for (int i = 0; i < 5; i++) {
            report(reported + 1);
            awaitReported();
        }
    }

    @Test
    void showsVersionsRejectedSamplesAndWhatIsServed() throws Exception {
        browser.open(dashboard.address(), PLATES);
        browser.awaitValue("model-7", 7);
        browser.awaitValue("rejected-total", 2);
        browser.awaitValue("cause-WRONG_SHAPE", 1);
        String page = browser.driver().findElement(By.id("main")).getText();
        assertThat(page)
                .contains("shape [23, 32] where <b>[24, 32]</b> is allowed")
                .contains("solver-outputs-0@903")
                .contains("42.5 ms");
    }

    @Test
    void showsTheFieldsOfTheNewestModel() throws Exception {
        browser.open(dashboard.address(), PLATES);
        browser.awaitValue("model-7", 7);
        browser.driver().executeScript("document.getElementById('fields').scrollIntoView()");
        browser.awaitValue("fields-model", 7);
        browser.awaitTrue(
                "nine heat maps of the field's size",
                "const maps = [...document.querySelectorAll('[data-testid=heat-map]')];"
                        + "return maps.length === 9 && maps.every((map) => map.width === arguments[0]"
                        + " && map.height === arguments[1])",
                PublishedModel.COLUMNS,
                PublishedModel.ROWS);

        model.publish(8);
        kafka.flush();
        browser.awaitValue("fields-model", 8);
    }

    @Test
    void showsTheEnsembleAndItsChanges() throws Exception {
        browser.open(dashboard.address(), PLATES);
        browser.awaitValue("ensemble-W", 20);
        browser.awaitValue("ensemble-F", 29);
        browser.awaitValue("ensemble-X", 1);
        browser.awaitValue("ensemble-R", 10);
        plates.event(35, EventKind.FINISHED);
        plates.event(40, EventKind.STARTED);
        kafka.flush();
        browser.awaitValue("ensemble-F", 30);
        browser.awaitValue("ensemble-W", 19);
        plates.event(40, EventKind.FINISHED);
        kafka.flush();
        browser.awaitValue("ensemble-F", 31);
    }

    @Test
    void changesBetweenStudiesAndShowsShardsTogetherOrEach() throws Exception {
        browser.open(dashboard.address(), PLATES);
        awaitReported();
        assertThat(lines("loss")).hasSize(3);
        browser.driver()
                .executeScript("document.querySelector('[name=spread][value=each]').click()");
        assertThat(lines("loss")).hasSize(6);

        browser.awaitTrue(
                "other study to choose",
                "return [...document.getElementById('source').options].some((o) => o.value === 'live:beams')");
        browser.driver()
                .executeScript(
                        "const source = document.getElementById('source'); source.value = 'live:beams';"
                                + "source.dispatchEvent(new Event('change'))");
        browser.awaitValue("total-batches", WatchedStudy.batches(50));
        assertThat(browser.driver().getCurrentUrl()).contains("source=live%3Abeams");
        assertThat(browser.value("shard-1-batches")).isNull();
    }

    private static List<String> lines(String chart) {
        Object names =
                browser.driver()
                        .executeScript(
                                "const box = document.querySelector(`[data-testid=chart-${arguments[0]}]`);"
                                        + "const option = echarts.getInstanceByDom(box)?.getOption();"
                                        + "return (option?.series ?? []).map((line) => line.name).join('|')",
                                chart);
        return List.of(String.valueOf(names).split("\\|"));
    }

    @Test
    void opensPastRunsAndLaysThemOverTheLiveLoss() throws Exception {
        browser.open(dashboard.address(), PLATES);
        awaitReported();
        browser.awaitTrue(
                "past runs",
                "return !!document.querySelector(\"[data-testid='compare-plates-20261120-101500']\")");
        browser.click("compare-plates-20261120-101500");
        browser.click("compare-plates-20261121-101500");
        browser.driver().executeScript("scrollTo({top: 0, behavior: 'instant'})");
        Await.until(
                "both runs beside the live lines",
                Browser.LIMIT,
                () ->
                        lines("loss")
                                .containsAll(
                                        List.of(
                                                "plates-20261120-101500",
                                                "plates-20261121-101500")));
        assertThat(browser.driver().getCurrentUrl()).contains("compare=plates-20261120-101500");

        browser.click("open-plates-20261120-101500");
        browser.awaitValue("total-batches", WatchedStudy.batches(150));
        browser.awaitTrue(
                "status of a past run",
                "return document.getElementById('status').dataset.value === 'past'");
    }

    @Test
    void hidesControlsUnlessTheyAreAllowed() throws Exception {
        browser.open(dashboard.address(), PLATES);
        awaitReported();
        assertThat(browser.find("controls").isDisplayed()).isFalse();
    }

    @Test
    void sendsControlsWhereTheyAreAllowed() throws Exception {
        try (Dashboard controlling = Dashboard.start(settings(true))) {
            browser.open(controlling.address(), PLATES);
            awaitReported();
            browser.click("pause");
            awaitSent(ControlKind.PAUSE);
            browser.find("rate").sendKeys("2e-4");
            browser.click("set-rate");
            assertThat(awaitSent(ControlKind.SET_LEARNING_RATE).getLearningRate()).isEqualTo(2e-4);
            browser.click("stop");
            assertThat(browser.find("stop-dialog").isDisplayed()).isTrue();
            assertThat(sent())
                    .extracting(TrainingControl::getKind)
                    .doesNotContain(ControlKind.STOP);
            browser.click("stop-confirm");
            TrainingControl stop = awaitSent(ControlKind.STOP);
            browser.awaitTrue(
                    "control in the list",
                    "return document.querySelector(`[data-testid='control-${arguments[0]}']`)?.dataset.value === 'SENT'",
                    stop.getControl());
            browser.leave(); // A stream that ends under it is something the browser complains of.
        }
    }

    @Test
    void awaitsTheFirstStudyAndOpensIt() throws Exception {
        Topics late = new Topics("late-");
        kafka.create(late);
        try (Dashboard waiting =
                Dashboard.start(
                        new DashboardSettings(
                                Address.anyPort(),
                                new Feed(kafka.cluster, late),
                                folder.resolve("runs"),
                                false,
                                null))) {
            browser.open(waiting.address(), "");
            browser.awaitTrue(
                    "page that waits",
                    "return document.getElementById('status').textContent.includes('Awaiting a study')");
            WatchedStudy study = new WatchedStudy(kafka, "late", 1, 20);
            kafka.send(
                    late.trainingReports(),
                    "late/0",
                    TrainingReport.getEncoder().encode(study.report(0, 20)));
            kafka.flush();
            browser.awaitValue("total-batches", WatchedStudy.batches(20));
            browser.leave();
        }
    }

    @Test
    void showsMarkupInNamesAndReasonsAsText() throws Exception {
        String name = "it's \"<img src=x onerror=document.title='bent'>\" & <script>";
        WatchedStudy hostile = new WatchedStudy(kafka, name, 2, 20);
        hostile.ensemble(4, 3, 1);
        for (int i = 1; i <= 20; i++) {
            hostile.report(i);
        }
        hostile.reject(2, 1, RejectionCause.UNDECODABLE, name);
        kafka.flush();
        browser.open(
                dashboard.address(),
                "#source=" + URLEncoder.encode("live:" + name, StandardCharsets.UTF_8));
        browser.awaitValue("total-batches", 2.0 * WatchedStudy.batches(20));
        browser.awaitTrue(
                "the name and the reason as text",
                "const chosen = document.getElementById('source').selectedOptions[0];"
                        + " return chosen.textContent.startsWith(arguments[0])"
                        + " && document.getElementById('rejected').textContent.includes(arguments[0])"
                        + " && document.title.startsWith(arguments[0])"
                        + " && !document.querySelector('img[src=x]');",
                name);
    }

    @Test
    void connectsAgainToADashboardThatWasRestarted() throws Exception {
        Dashboard first = Dashboard.start(settings(false));
        URI address = first.address();
        try {
            browser.open(address, PLATES);
            awaitReported();
        } finally {
            first.close();
        }
        browser.awaitTrue(
                "alert", "return !!document.querySelector('[data-testid=alert-connection]')");
        assertThat(browser.text("status")).isEqualTo("Not connected");
        report(reported + 3);
        Address same = new Address(address.getHost(), address.getPort(), true);
        try (Dashboard second =
                Dashboard.start(
                        new DashboardSettings(
                                same, new Feed(kafka.cluster, kafka.topics), null, false, null))) {
            assertThat(second.address()).isEqualTo(address);
            awaitReported();
            browser.awaitTrue(
                    "end of the alert",
                    "return !document.querySelector('[data-testid=alert-connection]')");
        }
        browser.leave();
        browser.forget(); // The browser says itself that it could not connect.
    }

    @Test
    void showsAllOfAStudyThatARestartedDashboardHearsOfLater() throws Exception {
        Dashboard first = Dashboard.start(settings(false));
        Address same = new Address(first.address().getHost(), first.address().getPort(), true);
        try {
            browser.open(first.address(), PLATES);
            awaitReported();
        } finally {
            first.close();
        }
        Topics anew = new Topics("anew-");
        kafka.create(anew);
        try (Dashboard second =
                Dashboard.start(
                        new DashboardSettings(
                                same, new Feed(kafka.cluster, anew), null, false, null))) {
            browser.awaitTrue(
                    "page that is connected to a dashboard without the study",
                    "return document.getElementById('status').textContent.includes('Connecting')");
            WatchedStudy study = new WatchedStudy(kafka, "plates", 2, 20);
            for (int i = 1; i <= 20; i++) {
                for (int shard = 0; shard < 2; shard++) {
                    kafka.send(
                            anew.trainingReports(),
                            "plates/" + shard,
                            TrainingReport.getEncoder().encode(study.report(shard, i)));
                }
            }
            kafka.flush();
            browser.awaitValue("total-batches", 2.0 * WatchedStudy.batches(20));
            awaitLastLoss(2 * WatchedStudy.batches(20), WatchedStudy.loss(20));
            browser.leave();
        }
        browser.forget(); // The browser says itself that it could not connect.
    }

    private static TrainingControl awaitSent(ControlKind kind) throws Exception {
        Await.until(
                "control " + kind,
                Browser.LIMIT,
                () -> sent().stream().anyMatch(control -> control.getKind() == kind));
        return sent().stream()
                .filter(control -> control.getKind() == kind)
                .findFirst()
                .orElseThrow();
    }

    private static List<TrainingControl> sent() throws IOException {
        List<TrainingControl> controls = new ArrayList<>();
        for (var record : Records.read(kafka.cluster, kafka.topics.trainingControls())) {
            controls.add(TrainingControl.getDecoder().decode(record.value()));
        }
        return controls;
    }

    @Test
    void saysThatTheBrokerIsAwayAndGoesOnWhenItIsBack() throws Exception {
        browser.open(dashboard.address(), PLATES);
        awaitReported();
        kafka.stop();
        try {
            browser.awaitTrue(
                    "alert", "return !!document.querySelector('[data-testid=alert-broker]')");
            assertThat(browser.text("status")).isEqualTo("Stale");
        } finally {
            kafka.startAgain();
        }
        browser.awaitTrue(
                "end of the alert", "return !document.querySelector('[data-testid=alert-broker]')");
        report(reported + 3);
        awaitReported();
    }
}
