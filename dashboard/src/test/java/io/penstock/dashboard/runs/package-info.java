/** Tests of past runs. */
@NullMarked
package io.penstock.dashboard.runs;

import org.jspecify.annotations.NullMarked;
