/** What is known of each study from its topics, condensed as the page shows it. */
@NullMarked
package io.penstock.dashboard.study;

import org.jspecify.annotations.NullMarked;
