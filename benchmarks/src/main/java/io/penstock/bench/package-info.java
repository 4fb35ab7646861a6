/**
 * The command {@code penstock bench}: how fast it is, each figure next to what it is held against.
 */
@NullMarked
package io.penstock.bench;

import org.jspecify.annotations.NullMarked;
