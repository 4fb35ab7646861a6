package io.penstock.sample;

/**
 * The end of production, as it stands at the end of every partition of {@code solver-outputs}: a
 * copy of the event ENSEMBLE_FINISHED of the study. Not a sample and not a fault.
 *
 * @param study name of the study that has ended
 */
public record EndMarker(String study) implements Decoded {}
