package io.penstock.dashboard.web;

import io.javalin.http.Context;
import io.javalin.http.HttpResponseException;
import io.penstock.dashboard.runs.PastRuns;
import io.penstock.dashboard.study.LiveStudy;
import io.penstock.dashboard.study.Source;
import io.penstock.dashboard.study.StudyBoard;
import java.io.IOException;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Finds what a request is about: {@code live:<study>} or {@code run:<run>}. */
final class Sources {
    private static final int BAD_REQUEST = 400;
    private static final int NOT_FOUND = 404;
    private static final String LIVE = "live:";
    private static final String RUN = "run:";

    private final StudyBoard board;
    private final PastRuns runs;

    Sources(StudyBoard board, PastRuns runs) {
        this.board = board;
        this.runs = runs;
    }

    StudyBoard board() {
        return board;
    }

    PastRuns runs() {
        return runs;
    }

    /** The source a request names; throws what becomes the answer when there is none. */
    Source of(Context request) {
        String name = name(request);
        Optional<? extends Source> source =
                name.startsWith(LIVE) ? board.find(name.substring(LIVE.length())) : run(name);
        return source.orElseThrow(
                () -> new HttpResponseException(NOT_FOUND, "there is no source " + name));
    }

    /** The study a request names; none when it names a past run, or none that was heard of yet. */
    Optional<LiveStudy> live(Context request) {
        String name = name(request);
        return name.startsWith(LIVE) ? board.find(name.substring(LIVE.length())) : Optional.empty();
    }

    private Optional<? extends Source> run(String name) {
        if (!name.startsWith(RUN)) {
            throw badName(name);
        }
        try {
            return runs.find(name.substring(RUN.length()));
        } catch (IOException e) {
            throw new HttpResponseException(NOT_FOUND, String.valueOf(e.getMessage()));
        }
    }

    private static String name(Context request) {
        String name = request.queryParam("source");
        if (name == null || !(name.startsWith(LIVE) || name.startsWith(RUN))) {
            throw badName(name);
        }
        return name;
    }

    private static HttpResponseException badName(@Nullable String name) {
        return new HttpResponseException(
                BAD_REQUEST, "source is " + name + "; allowed: live:STUDY or run:RUN");
    }

    /** A number of the query, such as {@code points}. */
    static double number(Context request, String key, double otherwise, double min, double max) {
        String text = request.queryParam(key);
        if (text == null || text.isBlank()) {
            return otherwise;
        }
        try {
            double value = Double.parseDouble(text);
            if (value >= min && value <= max) {
                return value;
            }
        } catch (NumberFormatException e) {
            // Said below.
        }
        throw new HttpResponseException(
                BAD_REQUEST,
                max == Double.MAX_VALUE
                        ? String.format("%s is %s; allowed: %.0f or above", key, text, min)
                        : String.format("%s is %s; allowed: %.0f to %.0f", key, text, min, max));
    }
}
