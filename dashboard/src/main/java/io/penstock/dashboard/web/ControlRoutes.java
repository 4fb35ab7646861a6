package io.penstock.dashboard.web;

import com.fasterxml.jackson.databind.JsonNode;
import io.javalin.config.RoutesConfig;
import io.javalin.http.Context;
import io.javalin.http.HttpResponseException;
import io.penstock.dashboard.study.StudyBoard;
import io.penstock.schemas.ControlKind;
import io.penstock.setting.InvalidSettingException;
import java.io.IOException;
import java.util.Arrays;
import java.util.Map;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** Takes controls from the page, when that is allowed. */
final class ControlRoutes {
    private static final int ACCEPTED = 202;
    private static final int BAD_REQUEST = 400;
    private static final int FORBIDDEN = 403;
    private static final int UNAVAILABLE = 503;

    private static final ControlKind[] ALLOWED = {
        ControlKind.PAUSE,
        ControlKind.RESUME,
        ControlKind.SET_LEARNING_RATE,
        ControlKind.SAVEPOINT,
        ControlKind.STOP
    };

    private final StudyBoard board;
    private final @Nullable ControlSender sender;

    /**
     * @param sender where they go; null when they are not allowed
     */
    ControlRoutes(StudyBoard board, @Nullable ControlSender sender) {
        this.board = board;
        this.sender = sender;
    }

    void add(RoutesConfig routes) {
        routes.post("/api/controls", this::take);
    }

    private void take(Context request) {
        if (sender == null) {
            throw new HttpResponseException(
                    FORBIDDEN, "controls are off; start with --allow-control");
        }
        JsonNode wish = wish(request);
        String study = wish.path("study").asText();
        if (board.find(study).isEmpty()) {
            throw bad("study is \"" + study + "\"; allowed: a study that has been heard of");
        }
        JsonNode rate = wish.path("learningRate");
        if (!rate.isMissingNode() && !rate.isNull() && !rate.isNumber()) {
            throw bad("learningRate is " + rate + "; allowed: a number");
        }
        try {
            String id =
                    sender.send(
                            study,
                            kind(wish.path("kind").asText()),
                            rate.isNumber() ? (Double) rate.doubleValue() : null);
            StudyRoutes.answer(request, Map.of("control", id));
            request.status(ACCEPTED);
        } catch (InvalidSettingException e) {
            throw bad(String.valueOf(e.getMessage()));
        } catch (IOException e) {
            throw new HttpResponseException(UNAVAILABLE, String.valueOf(e.getMessage()));
        }
    }

    private static JsonNode wish(Context request) {
        try {
            return Json.read(request.bodyAsBytes());
        } catch (IOException e) {
            throw bad("the body is not JSON");
        }
    }

    private static ControlKind kind(String text) {
        for (ControlKind kind : ALLOWED) {
            if (kind.name().equals(text)) {
                return kind;
            }
        }
        throw bad(
                "kind is \""
                        + text
                        + "\"; allowed: "
                        + Arrays.stream(ALLOWED)
                                .map(ControlKind::name)
                                .collect(Collectors.joining(", ")));
    }

    private static HttpResponseException bad(String why) {
        return new HttpResponseException(BAD_REQUEST, why);
    }
}
