package io.rvbbit.udf;

import io.rvbbit.rewriter.Options.CachePolicy;
import io.rvbbit.udf.cascade.Invocation.Overrides;

/**
 * How a statement's function calls ({@code rvbbit}, {@code rvbbit_run}, {@code rvbbit_run_batch})
 * behave. Threading: immutable.
 *
 * @param onError as the session's setting says; {@link OnError#COLUMN} means NULL, as a function
 *     has no second column
 * @param cache as the session's setting says
 */
public record FunctionSpec(OnError onError, Overrides overrides, CachePolicy cache) {
    /** Where the session says nothing. */
    public static final FunctionSpec DEFAULT =
            new FunctionSpec(OnError.FAIL, Overrides.NONE, new CachePolicy.On());
}
