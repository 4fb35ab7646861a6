/** What the training reports say over time: kept in bounded memory, thinned for a chart. */
@NullMarked
package io.penstock.dashboard.series;

import org.jspecify.annotations.NullMarked;
