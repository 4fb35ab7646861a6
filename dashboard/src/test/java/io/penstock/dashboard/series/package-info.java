/** Tests of what is kept over time. */
@NullMarked
package io.penstock.dashboard.series;

import org.jspecify.annotations.NullMarked;
