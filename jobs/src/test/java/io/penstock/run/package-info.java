/** Tests of what follows a run. */
@NullMarked
package io.penstock.run;

import org.jspecify.annotations.NullMarked;
