package io.penstock.sample;

/** What a record of {@code solver-outputs} turned out to be. */
public sealed interface Decoded permits Sample, Rejection, EndMarker {}
