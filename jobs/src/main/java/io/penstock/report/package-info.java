/** What a run leaves in its folder: the report, the training history, the pictures, the page. */
@NullMarked
package io.penstock.report;

import org.jspecify.annotations.NullMarked;
