/** Tests of what is served, and to whom. */
@NullMarked
package io.penstock.dashboard.web;

import org.jspecify.annotations.NullMarked;
