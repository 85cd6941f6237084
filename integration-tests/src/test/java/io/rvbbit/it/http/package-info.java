/** The HTTP port, from the client's side. */
@NullMarked
package io.rvbbit.it.http;

import org.jspecify.annotations.NullMarked;
