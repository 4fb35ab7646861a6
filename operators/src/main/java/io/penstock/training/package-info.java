/** Training a surrogate from a reservoir: steps, optimiser, pace, validation, state. */
@NullMarked
package io.penstock.training;

import org.jspecify.annotations.NullMarked;
