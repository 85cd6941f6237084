package io.rvbbit.rewriter;

import io.rvbbit.rewriter.Options.OnError;
import java.util.List;

/**
 * What a clause's rewriting needs and only the engine and the cascade know.
 *
 * @param inputColumns names of the columns of its query, as the engine describes them
 * @param bound the most rows that are mapped or staged; one more is read to notice the rest
 * @param onError in effect for this call, defaults applied
 * @param meta whether the columns {@code _session_id} to {@code _duration_ms} are added
 */
public record CallShape(
        List<String> inputColumns, OutputShape outputs, long bound, OnError onError, boolean meta) {

    public CallShape {
        inputColumns = List.copyOf(inputColumns);
        if (bound < 0 || bound == Long.MAX_VALUE) {
            throw new IllegalArgumentException("bound " + bound);
        }
    }
}
