@NullMarked
package io.penstock.schemas;

import org.jspecify.annotations.NullMarked;
