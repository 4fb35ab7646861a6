/** Thin Flink operators over the plain objects of the other rooms. */
@NullMarked
package io.penstock.flink;

import org.jspecify.annotations.NullMarked;
