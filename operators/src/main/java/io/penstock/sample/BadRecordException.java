package io.penstock.sample;

import io.penstock.schemas.RejectionCause;

/** How reading a record ends early: with a cause and a reason, see {@link Rejection}. */
final class BadRecordException extends Exception {
    private static final long serialVersionUID = 1L;

    private final RejectionCause rejectionCause;

    BadRecordException(RejectionCause rejectionCause, String reason) {
        super(reason, null, false, false); // Ordinary control flow: no trace is needed.
        this.rejectionCause = rejectionCause;
    }

    RejectionCause rejectionCause() {
        return rejectionCause;
    }

    String reason() {
        return String.valueOf(getMessage());
    }
}
