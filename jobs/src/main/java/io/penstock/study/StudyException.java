package io.penstock.study;

/**
 * A study cannot be used. The message is complete for the user who wrote it: file, line, key, value
 * and what is allowed; one line for each problem.
 */
public final class StudyException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    /** A problem that was found by reading. */
    public StudyException(String message) {
        super(message);
    }

    /** A problem that shows in another exception. */
    public StudyException(String message, Throwable cause) {
        super(message, cause);
    }
}
