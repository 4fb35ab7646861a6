package io.penstock.e2e.page;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.fail;
import static org.junit.jupiter.api.Assumptions.abort;

import io.penstock.e2e.cluster.Await;
import java.io.File;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.logging.Level;
import java.util.logging.Logger;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.openqa.selenium.By;
import org.openqa.selenium.OutputType;
import org.openqa.selenium.WebElement;
import org.openqa.selenium.chrome.ChromeDriver;
import org.openqa.selenium.chrome.ChromeDriverService;
import org.openqa.selenium.chrome.ChromeOptions;
import org.openqa.selenium.interactions.Actions;
import org.openqa.selenium.logging.LogEntry;
import org.openqa.selenium.logging.LogType;
import org.openqa.selenium.logging.LoggingPreferences;

/**
 * Chromium without a window, which can reach nothing but this machine. Where it is not installed,
 * the test that asked for it is skipped; in CI it fails.
 */
final class Browser implements AutoCloseable {
    /** How long something may take to be seen. */
    static final Duration LIMIT = Duration.ofSeconds(20);

    // Held, or the level would be forgotten with the logger.
    private static final Logger SELENIUM = Logger.getLogger("org.openqa.selenium");
    private static final Pattern URL = Pattern.compile("\"url\":\"([a-z]+)://([^/\"]*)");
    private static final Path SCREENSHOTS = Path.of("target", "screenshots");

    private final ChromeDriver driver;

    private Browser(ChromeDriver driver) {
        this.driver = driver;
    }

    /** A browser that starts with an empty profile and the size of a desktop's window. */
    static Browser start() {
        SELENIUM.setLevel(Level.SEVERE);
        File chromium = executable("chromium", "chromium-browser", "google-chrome");
        File chromedriver = executable("chromedriver");
        LoggingPreferences logs = new LoggingPreferences();
        logs.enable(LogType.BROWSER, Level.ALL);
        logs.enable(LogType.PERFORMANCE, Level.ALL);
        ChromeOptions options = new ChromeOptions();
        options.setBinary(chromium);
        options.setCapability(ChromeOptions.LOGGING_PREFS, logs);
        options.addArguments(
                "--headless=new",
                "--no-sandbox",
                "--disable-dev-shm-usage",
                "--disable-gpu",
                "--window-size=1440,1000",
                "--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1, EXCLUDE localhost");
        ChromeDriverService service =
                new ChromeDriverService.Builder()
                        .usingDriverExecutable(chromedriver)
                        .usingAnyFreePort()
                        .withSilent(true)
                        .build();
        Browser browser = new Browser(new ChromeDriver(service, options));
        browser.resize(1440, 1000);
        return browser;
    }

    private static File executable(String... names) {
        String path = Objects.requireNonNullElse(System.getenv("PATH"), "");
        return Arrays.stream(names)
                .flatMap(
                        name ->
                                Arrays.stream(path.split(File.pathSeparator))
                                        .map(dir -> new File(dir, name)))
                .filter(File::canExecute)
                .findFirst()
                .orElseGet(() -> missing(names[0]));
    }

    private static File missing(String name) {
        if ("true".equals(System.getenv("CI"))) {
            return fail(name + " is not on the PATH, and CI is true");
        }
        return abort(name + " is not on the PATH");
    }

    ChromeDriver driver() {
        return driver;
    }

    /** The size of the part of the window that shows the page, in CSS pixels. */
    void resize(int width, int height) {
        driver.executeCdpCommand(
                "Emulation.setDeviceMetricsOverride",
                Map.of(
                        "width",
                        width,
                        "height",
                        height,
                        "deviceScaleFactor",
                        1,
                        "mobile",
                        width < 600));
    }

    /** What the system asks pages for: {@code prefers-color-scheme}. */
    void prefer(String scheme) {
        driver.executeCdpCommand(
                "Emulation.setEmulatedMedia",
                Map.of(
                        "features",
                        List.of(Map.of("name", "prefers-color-scheme", "value", scheme))));
    }

    /** Loads a page anew, even if it differs from the one shown behind the # only. */
    void open(URI dashboard, String hash) {
        leave();
        driver.get(dashboard + hash);
    }

    /** Leaves the page, which closes its connections. */
    void leave() {
        driver.get("about:blank");
    }

    WebElement find(String testId) {
        return driver.findElement(By.cssSelector("[data-testid='" + testId + "']"));
    }

    /** The raw value beside what is shown; null when there is no such element. */
    @Nullable String value(String testId) {
        return (String)
                driver.executeScript(
                        "return document.querySelector(`[data-testid='${arguments[0]}']`)?.dataset.value"
                                + " ?? null",
                        testId);
    }

    /** Waits until an element's raw value is this number. */
    void awaitValue(String testId, double expected) throws Exception {
        Await.until(
                testId + " of " + expected,
                LIMIT,
                () -> {
                    String value = value(testId);
                    return value != null
                            && !value.isEmpty()
                            && Math.abs(Double.parseDouble(value) - expected)
                                    <= 1e-12 * Math.abs(expected);
                });
    }

    /** Waits until a script's answer is true. */
    void awaitTrue(String what, String script, Object... arguments) throws Exception {
        Await.until(
                what, LIMIT, () -> Boolean.TRUE.equals(driver.executeScript(script, arguments)));
    }

    /** What the page has as text. */
    String text(String testId) {
        return find(testId).getText();
    }

    void press(CharSequence... keys) {
        new Actions(driver).sendKeys(keys).perform();
    }

    /** Points at an element and clicks it, after it was scrolled to. */
    void click(String testId) {
        WebElement element = find(testId);
        driver.executeScript(
                "arguments[0].scrollIntoView({block: 'center', behavior: 'instant'})", element);
        element.click();
    }

    /** Keeps what is seen, for people to look at. */
    void screenshot(String name) throws IOException {
        Files.createDirectories(SCREENSHOTS);
        Files.write(SCREENSHOTS.resolve(name + ".png"), driver.getScreenshotAs(OutputType.BYTES));
    }

    /** The page has complained of nothing and asked nobody but this machine since the last call. */
    void assertQuiet() {
        List<String> complaints = new ArrayList<>();
        for (LogEntry entry : driver.manage().logs().get(LogType.BROWSER)) {
            if (entry.getLevel().intValue() >= Level.WARNING.intValue()) {
                complaints.add(entry.getMessage());
            }
        }
        assertThat(complaints).isEmpty();
        assertThat(hosts()).isNotEmpty().allMatch(host -> host.startsWith("127.0.0.1:"));
    }

    /** Forgets complaints, where a test has given the browser reason for some. */
    void forget() {
        driver.manage().logs().get(LogType.BROWSER);
    }

    private List<String> hosts() {
        List<String> hosts = new ArrayList<>();
        for (LogEntry entry : driver.manage().logs().get(LogType.PERFORMANCE)) {
            if (!entry.getMessage().contains("Network.requestWillBeSent\"")) {
                continue;
            }
            Matcher url = URL.matcher(entry.getMessage());
            while (url.find()) {
                hosts.add(url.group(2));
            }
        }
        return hosts;
    }

    @Override
    public void close() {
        driver.quit();
    }
}
