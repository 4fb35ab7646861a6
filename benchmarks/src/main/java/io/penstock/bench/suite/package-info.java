/** The benchmarks. */
@NullMarked
package io.penstock.bench.suite;

import org.jspecify.annotations.NullMarked;
