@NullMarked
package io.penstock;

import org.jspecify.annotations.NullMarked;
