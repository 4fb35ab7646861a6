package io.penstock.sample;

/** A record's header is not of the wire format, or names a schema that is not known. */
public final class UnknownSchemaException extends Exception {
    private static final long serialVersionUID = 1L;

    /** Says what was found and what is allowed. */
    public UnknownSchemaException(String message) {
        super(message, null, false, false); // Part of ordinary reading: no trace is needed.
    }
}
