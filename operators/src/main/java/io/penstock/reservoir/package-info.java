/** Which samples are kept, which may be drawn, and the memory they lie in. */
@NullMarked
package io.penstock.reservoir;

import org.jspecify.annotations.NullMarked;
