/** A sample from its Avro bytes to a checked row of numbers. */
@NullMarked
package io.penstock.sample;

import org.jspecify.annotations.NullMarked;
