@NullMarked
package io.penstock.compare;

import org.jspecify.annotations.NullMarked;
