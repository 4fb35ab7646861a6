/**
 * The papers' comparisons at the size of a machine: the same model with the same number of steps,
 * trained online from a stream and offline from files, judged on the same held-out simulations.
 *
 * <p>An {@link io.penstock.compare.Experiment} is a list of {@link io.penstock.compare.Arm}s, each
 * a study and where its samples come from; each arm is run once for every seed and leaves an {@link
 * io.penstock.compare.ArmResult} in a folder, so that an interrupted comparison goes on where it
 * stopped. {@link io.penstock.compare.Tables} and {@link io.penstock.compare.Plots} say how it came
 * out.
 */
@NullMarked
package io.penstock.compare;

import org.jspecify.annotations.NullMarked;
