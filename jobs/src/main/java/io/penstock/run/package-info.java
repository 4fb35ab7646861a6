/** Runs a study from here: starts what it needs, follows it, and writes down how it went. */
@NullMarked
package io.penstock.run;

import org.jspecify.annotations.NullMarked;
