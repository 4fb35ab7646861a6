/** Tests of the dashboard with real brokers and a real HTTP client. */
@NullMarked
package io.penstock.e2e.dashboard;

import org.jspecify.annotations.NullMarked;
