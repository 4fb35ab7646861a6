/** Checks of settings: what is wrong, with which value, and what is allowed. */
@NullMarked
package io.penstock.setting;

import org.jspecify.annotations.NullMarked;
