/**
 * Measurements of whole processes, each against a control in the same run; never a test.
 *
 * <p>Start with {@link io.rvbbit.it.bench.Benchmarks}. The results are kept in {@code
 * docs/benchmarks.md}.
 */
@NullMarked
package io.rvbbit.it.bench;

import org.jspecify.annotations.NullMarked;
