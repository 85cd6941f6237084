/** What is told to others as it happens. */
@NullMarked
package io.rvbbit.gateway.webhook;

import org.jspecify.annotations.NullMarked;
