/** Tests of what a run leaves in its folder. */
@NullMarked
package io.penstock.report;

import org.jspecify.annotations.NullMarked;
