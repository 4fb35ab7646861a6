/** Past runs, from the folders they left. */
@NullMarked
package io.penstock.dashboard.runs;

import org.jspecify.annotations.NullMarked;
