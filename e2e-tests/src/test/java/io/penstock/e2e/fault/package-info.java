/** Training on processes of which one fails: it must end as if nothing had happened. */
@NullMarked
package io.penstock.e2e.fault;

import org.jspecify.annotations.NullMarked;
