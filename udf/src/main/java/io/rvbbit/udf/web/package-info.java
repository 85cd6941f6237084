/**
 * HTTP requests that cascades make: which addresses may be reached, and within which bounds.
 *
 * <p>Knows nothing of cascades and models. Start reading at {@link io.rvbbit.udf.web.WebClient}.
 */
@NullMarked
package io.rvbbit.udf.web;

import org.jspecify.annotations.NullMarked;
