/** What every benchmark has in common: settings, values, verdicts, table and file of results. */
@NullMarked
package io.penstock.bench.harness;

import org.jspecify.annotations.NullMarked;
