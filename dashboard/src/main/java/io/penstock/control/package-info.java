/** Controls of training runs: sent, followed, and those for Flink carried out. */
@NullMarked
package io.penstock.control;

import org.jspecify.annotations.NullMarked;
