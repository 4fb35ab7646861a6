/** The broker that an embedded run starts, and how topics are laid out on any. */
@NullMarked
package io.penstock.broker;

import org.jspecify.annotations.NullMarked;
