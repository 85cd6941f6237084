/**
 * What PostgreSQL 15 answered to a few hundred statements, and what the gateway answers.
 *
 * <p>The statements and the recorded answers stand in {@code resources/dialect}; start reading at
 * {@link io.rvbbit.it.dialect.DialectIT}.
 */
@NullMarked
package io.rvbbit.it.dialect;

import org.jspecify.annotations.NullMarked;
