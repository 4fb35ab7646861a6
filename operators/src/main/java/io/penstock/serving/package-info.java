/** Published models put to use: found, checked, loaded, asked. */
@NullMarked
package io.penstock.serving;

import org.jspecify.annotations.NullMarked;
