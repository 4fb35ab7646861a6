/** Tests of what is condensed of a study. */
@NullMarked
package io.penstock.dashboard.study;

import org.jspecify.annotations.NullMarked;
