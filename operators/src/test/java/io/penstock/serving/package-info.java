@NullMarked
package io.penstock.serving;

import org.jspecify.annotations.NullMarked;
