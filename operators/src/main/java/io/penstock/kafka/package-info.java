/** The topics of a study, and how clients talk to the brokers. */
@NullMarked
package io.penstock.kafka;

import org.jspecify.annotations.NullMarked;
