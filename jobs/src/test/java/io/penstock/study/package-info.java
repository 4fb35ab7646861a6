@NullMarked
package io.penstock.study;

import org.jspecify.annotations.NullMarked;
