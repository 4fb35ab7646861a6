/** The models that are trained: their architecture, weights and description. */
@NullMarked
package io.penstock.surrogate;

import org.jspecify.annotations.NullMarked;
