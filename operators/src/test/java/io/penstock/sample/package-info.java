@NullMarked
package io.penstock.sample;

import org.jspecify.annotations.NullMarked;
