/** Reads the topics, whatever happens to broker and jobs meanwhile. */
@NullMarked
package io.penstock.dashboard.follow;

import org.jspecify.annotations.NullMarked;
