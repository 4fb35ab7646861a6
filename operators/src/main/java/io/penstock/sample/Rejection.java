package io.penstock.sample;

import io.penstock.schemas.RejectionCause;
import org.jspecify.annotations.Nullable;

/**
 * Why a record is not a sample.
 *
 * @param cause the kind of fault
 * @param reason what was wrong, the value found and what is allowed, in one line
 * @param simulation simulation id, when it could be read
 * @param step time step, when it could be read
 */
public record Rejection(
        RejectionCause cause, String reason, @Nullable Long simulation, @Nullable Integer step)
        implements Decoded {}
