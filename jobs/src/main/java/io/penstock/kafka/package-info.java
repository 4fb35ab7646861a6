/** The topics of a study, and the broker that an embedded run starts. */
@NullMarked
package io.penstock.kafka;

import org.jspecify.annotations.NullMarked;
