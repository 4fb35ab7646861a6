package io.penstock.flink;

/** A time step could not be sent; the message names topic, simulation and step. */
public final class OutputPublisherException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    public OutputPublisherException(String message, Throwable cause) {
        super(message, cause);
    }
}
