/**
 * The gateway as a whole: where the process begins, and how its parts are put together.
 *
 * <p>Start reading at {@link io.rvbbit.gateway.Gateway}, which builds every object by hand, top to
 * bottom. What a part does lives in the package that is named for it: {@code wire} (the protocol),
 * {@code session} (one client), {@code execution} (one statement), {@code engine} (DuckDB), {@code
 * catalog} (PostgreSQL's system catalogue), {@code http}, {@code config} and {@code cli}. Nothing
 * but wiring belongs here.
 */
@NullMarked
package io.rvbbit.gateway;

import org.jspecify.annotations.NullMarked;
