/** A study: one file that says everything, as records that were checked as a whole. */
@NullMarked
package io.penstock.study;

import org.jspecify.annotations.NullMarked;
