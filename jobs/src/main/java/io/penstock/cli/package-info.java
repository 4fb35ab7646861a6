/** The command line: reads and checks everything before anything is started. */
@NullMarked
package io.penstock.cli;

import org.jspecify.annotations.NullMarked;
