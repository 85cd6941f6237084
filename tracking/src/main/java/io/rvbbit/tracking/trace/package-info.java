/**
 * What a trace says: where its time went, what was wrong, and why.
 *
 * <p>Pure: spans in, findings out; who reads them from the books, and for whom, is told elsewhere.
 * Start reading at {@link io.rvbbit.tracking.trace.Diagnosis}.
 */
@NullMarked
package io.rvbbit.tracking.trace;

import org.jspecify.annotations.NullMarked;
