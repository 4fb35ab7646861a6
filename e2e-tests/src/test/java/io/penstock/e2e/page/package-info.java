/** The dashboard's page as a person has it: in a real browser, in front of a real broker. */
@NullMarked
package io.penstock.e2e.page;

import org.jspecify.annotations.NullMarked;
