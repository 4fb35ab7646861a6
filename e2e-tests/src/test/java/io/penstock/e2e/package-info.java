/** Whole jobs against a real broker and a real Flink. */
@NullMarked
package io.penstock.e2e;

import org.jspecify.annotations.NullMarked;
