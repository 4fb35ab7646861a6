package io.penstock.dashboard.web;

import io.javalin.http.Context;
import io.javalin.http.HttpResponseException;
import java.util.Locale;
import java.util.Set;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Turns away what no page of ours sends: a request for another host, as a foreign page makes whose
 * name was bent to this machine's address (DNS rebinding), and a post from a foreign page.
 */
final class HostGuard {
    private static final int FORBIDDEN = 403;
    private static final int WRONG_TYPE = 415;
    private static final Set<String> LOOPBACK = Set.of("localhost", "127.0.0.1", "[::1]");
    private static final Set<String> ANY = Set.of("0.0.0.0", "[::]");
    // Names can be bent, addresses cannot.
    private static final Pattern ADDRESS = Pattern.compile("\\d+(\\.\\d+){3}|\\[[0-9a-f:.]+\\]");

    private final String bound;

    /**
     * @param host host that the server is bound to
     */
    HostGuard(String host) {
        this.bound = inUrl(host);
    }

    /** A host as it stands in a URL and in the header Host, lower case. */
    static String inUrl(String host) {
        String plain = host.toLowerCase(Locale.ROOT);
        return plain.contains(":") && !plain.startsWith("[") ? "[" + plain + "]" : plain;
    }

    /** A host in a URL that a browser of this machine finds what is bound to another by. */
    static String reached(String host) {
        return ANY.contains(inUrl(host)) ? "localhost" : inUrl(host);
    }

    /** Lets a request pass or throws. */
    void check(Context request) {
        String host = request.header("Host");
        if (!isOurs(host)) {
            throw new HttpResponseException(
                    FORBIDDEN,
                    "the host " + host + " is not this dashboard's; allowed: " + allowed());
        }
        if (!request.method().toString().equals("GET")
                && !request.method().toString().equals("HEAD")) {
            checkPost(request, host);
        }
    }

    private String allowed() {
        if (ANY.contains(bound)) {
            return "an address of this machine in digits, localhost";
        }
        return LOOPBACK.contains(bound)
                ? "localhost, 127.0.0.1, [::1]"
                : bound + ", localhost, 127.0.0.1";
    }

    private static void checkPost(Context request, @Nullable String host) {
        String origin = request.header("Origin");
        if (origin != null && !origin.equalsIgnoreCase("http://" + host)) {
            throw new HttpResponseException(
                    FORBIDDEN,
                    "the origin " + origin + " may not post here; allowed: http://" + host);
        }
        String type = request.contentType();
        if (type == null || !type.split(";", -1)[0].strip().equalsIgnoreCase("application/json")) {
            throw new HttpResponseException(
                    WRONG_TYPE, "the content type is " + type + "; allowed: application/json");
        }
    }

    private boolean isOurs(@Nullable String header) {
        if (header == null) {
            return false;
        }
        String host = header.toLowerCase(Locale.ROOT).replaceFirst(":\\d+$", "");
        return host.equals(bound)
                || LOOPBACK.contains(host)
                || (ANY.contains(bound) && ADDRESS.matcher(host).matches());
    }
}
