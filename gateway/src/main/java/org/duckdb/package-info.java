/**
 * The one place that reaches the driver's package-private natives.
 *
 * <p>What lives here: {@link org.duckdb.RawDriver}, a thin, stateless way to the driver's C
 * interface. What must not: anything that could be written outside, such as the meaning of a type
 * or who owns what. It is tied to the exact driver version in the root pom; {@code
 * io.rvbbit.gateway.engine.DriverSelfTest} refuses any other behaviour at start-up.
 */
@NullMarked
package org.duckdb;

import org.jspecify.annotations.NullMarked;
