@NullMarked
package io.penstock.kafka;

import org.jspecify.annotations.NullMarked;
