/** Broker and Flink as processes of their own, for tests of what happens when one of them fails. */
@NullMarked
package io.penstock.e2e.cluster;

import org.jspecify.annotations.NullMarked;
