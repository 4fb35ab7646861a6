@NullMarked
package io.penstock.surrogate;

import org.jspecify.annotations.NullMarked;
