package io.penstock.e2e.page;

import static org.assertj.core.api.Assertions.assertThat;

import com.deque.html.axecore.results.Results;
import com.deque.html.axecore.selenium.AxeBuilder;
import io.penstock.dashboard.Dashboard;
import io.penstock.dashboard.DashboardSettings;
import io.penstock.dashboard.DashboardSettings.Address;
import io.penstock.dashboard.DashboardSettings.Feed;
import io.penstock.schemas.RejectionCause;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.openqa.selenium.By;
import org.openqa.selenium.Keys;
import org.openqa.selenium.WebElement;
import org.openqa.selenium.interactions.Actions;

/** That the page is there for everybody: on a phone, in the dark, by keyboard and by ear. */
class DashboardAccessITCase {
    private static final int REPORTS = 600;
    private static final int MOST_TABS = 120;

    @TempDir static Path folder;

    private static Browser browser;
    private static WatchedKafka kafka;
    private static Dashboard dashboard;

    @BeforeAll
    static void start() throws IOException {
        browser = Browser.start();
        kafka = new WatchedKafka(folder.resolve("kafka"));
        WatchedStudy plates = new WatchedStudy(kafka, "plates", 2, REPORTS);
        for (int i = 1; i <= REPORTS; i++) {
            plates.report(i);
        }
        plates.ensemble(404, 270, 254);
        PublishedModel model = new PublishedModel(kafka, "plates");
        for (int simulation = 0; simulation < 3; simulation++) {
            model.solve(simulation);
        }
        for (int version = 1; version <= 12; version++) {
            model.publish(version);
            plates.served(version);
        }
        for (int step = 0; step < 5; step++) {
            plates.reject(
                    9,
                    step,
                    RejectionCause.NOT_FINITE,
                    "field temperature: value " + 17 * step + " is NaN");
        }
        kafka.flush();
        PastRunFolder.write(folder.resolve("runs"), "plates-20261120-101500", 400, 3);
        dashboard =
                Dashboard.start(
                        new DashboardSettings(
                                Address.anyPort(),
                                new Feed(kafka.cluster, kafka.topics),
                                folder.resolve("runs"),
                                true,
                                null));
    }

    @BeforeEach
    void openOnADesktop() throws Exception {
        browser.resize(1440, 1000);
        browser.prefer("light");
        open();
    }

    private static void open() throws Exception {
        browser.open(dashboard.address(), "#source=live%3Aplates");
        browser.awaitValue("total-batches", 2.0 * WatchedStudy.batches(REPORTS));
        browser.awaitValue("cells", 404);
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

    @ParameterizedTest
    @CsvSource({"light, 1440, 1000", "dark, 1440, 1000", "light, 390, 844", "dark, 360, 740"})
    void hasNoSeriousFaultAndNeedsNoSidewaysScroll(String scheme, int width, int height)
            throws Exception {
        browser.resize(width, height);
        browser.prefer(scheme);
        open();
        browser.screenshot("dashboard-" + scheme + "-" + width);

        assertThat(number("document.documentElement.scrollWidth")).isLessThanOrEqualTo(width);
        Results found = new AxeBuilder().setLegacyMode(true).analyze(browser.driver());
        assertThat(found.getPasses()).as("rules that were checked").hasSizeGreaterThan(20);
        assertThat(found.getViolations())
                .filteredOn(fault -> List.of("serious", "critical").contains(fault.getImpact()))
                .extracting(fault -> fault.getId() + ": " + fault.getNodes())
                .isEmpty();
    }

    private static double number(String script) {
        Object value = browser.driver().executeScript("return " + script);
        return ((Number) Objects.requireNonNull(value)).doubleValue();
    }

    @Test
    void takesTheSystemsColoursUntilOthersAreChosen() throws Exception {
        awaitGround("light", "> 200");
        browser.prefer("dark");
        awaitGround("dark", "< 60");
        browser.click("theme");
        assertThat(browser.text("theme")).isEqualTo("Theme: light");
        awaitGround("light", "> 200");
        browser.click("theme");
        browser.click("theme");
        assertThat(browser.text("theme")).isEqualTo("Theme: system");
        awaitGround("dark", "< 60");
    }

    /** Waits for a brightness of the page's ground, 0 to 255. */
    private static void awaitGround(String what, String condition) throws Exception {
        browser.awaitTrue(
                what + " ground",
                "return Number(getComputedStyle(document.body).backgroundColor.match(/\\d+/)[0]) "
                        + condition);
    }

    @Test
    void opensASimulationByKeyboardAlone() throws Exception {
        browser.press(Keys.TAB);
        assertThat(focused().getText()).isEqualTo("Skip to the content");
        for (int i = 0; i < MOST_TABS && !"cells".equals(focused().getDomAttribute("id")); i++) {
            browser.press(Keys.TAB);
            assertThat(isMarked()).as("mark of %s", focused().getDomProperty("outerHTML")).isTrue();
        }
        browser.press(Keys.HOME, Keys.ARROW_RIGHT, Keys.ARROW_RIGHT, Keys.ARROW_RIGHT);
        assertThat(browser.text("cell-words"))
                .isEqualTo("Simulation 3: finished, for validation, 100 % of its steps sent.");
        browser.press(Keys.ENTER);
        browser.awaitTrue(
                "details of simulation 3",
                "return document.querySelector('.facts')?.dataset.id === '3'");
        assertThat(browser.text("simulation-details"))
                .contains("T_left", WatchedStudy.parameters(3).get(0).toString().substring(0, 5));
        assertThat(browser.driver().getCurrentUrl()).contains("simulation=3");
        browser.press(Keys.ESCAPE);
        assertThat(browser.driver().getCurrentUrl()).doesNotContain("simulation=3");
    }

    private static WebElement focused() {
        return browser.driver().switchTo().activeElement();
    }

    /**
     * Whether the focus is seen: an outline around the element, or around the label of a choice.
     */
    private static boolean isMarked() {
        return Boolean.TRUE.equals(
                browser.driver()
                        .executeScript(
                                "const box = document.activeElement;"
                                        + "return [box, box.nextElementSibling].some((each) => each"
                                        + " && getComputedStyle(each).outlineStyle === 'solid')"));
    }

    @Test
    void opensTheSimulationOfALink() throws Exception {
        browser.open(dashboard.address(), "#source=live%3Aplates&over=time&simulation=17");
        browser.awaitTrue(
                "details of simulation 17",
                "return document.querySelector('.facts')?.dataset.id === '17'");
        assertThat(browser.text("simulation-details")).contains("failed", "diverged at step 40");
        assertThat(
                        browser.driver()
                                .findElement(By.cssSelector("[name=axis][value=time]"))
                                .isSelected())
                .isTrue();
    }

    @Test
    void zoomsByKeyWheelAndDrag() throws Exception {
        WebElement chart = browser.find("chart-loss");
        browser.driver()
                .executeScript(
                        "arguments[0].scrollIntoView({block: 'center', behavior: 'instant'})",
                        chart);
        browser.awaitTrue("drawn chart", "return !!echarts.getInstanceByDom(arguments[0])", chart);
        browser.driver().executeScript("arguments[0].focus({preventScroll: true})", chart);
        browser.press("+", "+");
        awaitWindow("window after keys", "text !== ''");
        browser.press("0");
        awaitWindow("whole run", "text === ''");

        int half = chart.getSize().getWidth() / 2;
        new Actions(browser.driver())
                .moveToElement(chart, -half / 2, -50)
                .clickAndHold()
                .moveToElement(chart, half / 2, -50)
                .release()
                .perform();
        awaitWindow("window after a drag", "text !== ''");
        browser.driver()
                .executeScript(
                        "arguments[0].dispatchEvent(new WheelEvent('wheel', {deltaY: 100, ctrlKey: true,"
                                + " clientX: 400, bubbles: true, cancelable: true}));"
                                + "arguments[0].dispatchEvent(new MouseEvent('dblclick'))",
                        chart);
        awaitWindow("whole run", "text === ''");
    }

    private static void awaitWindow(String what, String condition) throws Exception {
        browser.awaitTrue(
                what,
                "const text = document.querySelector('[data-testid=window]').textContent; return "
                        + condition);
    }

    @Test
    void saysInWordsAndTablesWhatChartsShow() throws Exception {
        browser.awaitTrue(
                "summary of the loss",
                "return /validation: now 0\\.\\d+, between/.test(document.querySelector("
                        + "'[data-testid=chart-loss]').getAttribute('aria-label'))");
        Object rows =
                browser.driver()
                        .executeAsyncScript(
                                "const done = arguments[0]; const details = document.querySelector("
                                        + "'[data-chart=loss] details'); details.open = true;"
                                        + "setTimeout(() => done(details.querySelectorAll('tbody tr').length), 300)");
        assertThat(((Number) Objects.requireNonNull(rows)).intValue()).isBetween(20, 41);
    }
}
