package io.rvbbit.udf.cascade;

import java.util.Optional;
import java.util.function.Supplier;

/**
 * The run of which another is a part. Threading: any thread.
 *
 * @param session of the outer run
 * @param cell of it that asks
 * @param depth of its session; 0 where a statement asked for it
 * @param sum gets what the inner run comes to
 * @param late why the cell that asks is out of time; empty while it is not
 * @param table as {@link Invocation#table}
 */
record ParentRun(
        String session,
        String cell,
        int depth,
        RunSum sum,
        Supplier<Optional<String>> late,
        String table) {}
