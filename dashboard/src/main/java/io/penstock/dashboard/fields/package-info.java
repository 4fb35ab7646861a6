/** Validation fields beside what the newest model makes of them. */
@NullMarked
package io.penstock.dashboard.fields;

import org.jspecify.annotations.NullMarked;
