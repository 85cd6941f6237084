package io.rvbbit.gateway.execution;

import io.rvbbit.gateway.engine.Chunk;
import io.rvbbit.gateway.engine.Column;
import java.util.List;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * A statement that moves the session's transaction, or does something else of which only its tag
 * tells.
 *
 * @param action gives the tag
 */
record ControlPlan(Role role, Function<Cancellation, String> action) implements Plan {
    @Override
    public List<Column> columns() {
        return List.of();
    }

    @Override
    public Execution start(List<@Nullable Object> parameters, Cancellation cancellation) {
        String tag = action.apply(cancellation);
        return new Execution() {
            @Override
            public @Nullable Chunk next() {
                return null;
            }

            @Override
            public String tag(long rows) {
                return tag;
            }

            @Override
            public void close() {}
        };
    }
}
