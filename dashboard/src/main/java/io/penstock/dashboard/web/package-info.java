/** The dashboard's HTTP side: what is served, to whom, and what is pushed. */
@NullMarked
package io.penstock.dashboard.web;

import org.jspecify.annotations.NullMarked;
