/** A training run watched live: topics followed, condensed and pushed to a page. */
@NullMarked
package io.penstock.dashboard;

import org.jspecify.annotations.NullMarked;
