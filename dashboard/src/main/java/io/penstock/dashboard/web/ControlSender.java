package io.penstock.dashboard.web;

import io.penstock.schemas.ControlKind;
import java.io.IOException;
import org.jspecify.annotations.Nullable;

/** Sends what somebody wants of a training run. */
public interface ControlSender {
    /**
     * Sends a control.
     *
     * @param learningRate of SET_LEARNING_RATE; else null
     * @return the control's id
     * @throws io.penstock.setting.InvalidSettingException if the two do not fit
     * @throws IOException if the brokers did not take it
     */
    String send(String study, ControlKind kind, @Nullable Double learningRate) throws IOException;
}
