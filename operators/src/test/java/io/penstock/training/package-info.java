@NullMarked
package io.penstock.training;

import org.jspecify.annotations.NullMarked;
