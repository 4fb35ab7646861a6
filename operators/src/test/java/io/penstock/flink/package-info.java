@NullMarked
package io.penstock.flink;

import org.jspecify.annotations.NullMarked;
