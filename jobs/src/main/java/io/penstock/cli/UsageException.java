package io.penstock.cli;

import io.penstock.setting.InvalidSettingException;

/** What was asked for cannot be started; the message is for the user. */
final class UsageException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    UsageException(String message) {
        super(message);
    }

    UsageException(String message, Throwable cause) {
        super(message, cause);
    }

    /**
     * A setting that came from the option of its name.
     *
     * @param e the setting at fault, its value, and what is allowed
     */
    static UsageException of(InvalidSettingException e) {
        return of(
                switch (e.key()) {
                    case "bootstrap-servers" -> "--kafka";
                    case "client-properties" -> "--client-config";
                    default -> "--" + e.key();
                },
                e);
    }

    /** A setting that came from an option. */
    static UsageException of(String option, InvalidSettingException e) {
        return new UsageException(
                option + ": " + e.value() + " is not allowed; allowed: " + e.allowed(), e);
    }
}
