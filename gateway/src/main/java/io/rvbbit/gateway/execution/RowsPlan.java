package io.rvbbit.gateway.execution;

import io.rvbbit.gateway.engine.Chunk;
import io.rvbbit.gateway.engine.Column;
import java.util.List;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** A statement that the gateway answers itself: it does something, or gives rows of text. */
record RowsPlan(List<Column> columns, String tag, Role role, Supplier<List<List<String>>> action)
        implements Plan {

    RowsPlan {
        columns = List.copyOf(columns);
    }

    /** A statement that gives no rows. */
    static RowsPlan command(String tag, Runnable action) {
        return command(tag, Role.SESSION, action);
    }

    static RowsPlan command(String tag, Role role, Runnable action) {
        return new RowsPlan(
                List.of(),
                tag,
                role,
                () -> {
                    action.run();
                    return List.of();
                });
    }

    /** A statement that shows text. */
    static RowsPlan showing(List<Column> columns, String tag, Supplier<List<List<String>>> rows) {
        return new RowsPlan(columns, tag, Role.SESSION, rows);
    }

    @Override
    public Execution start(List<@Nullable Object> parameters, Cancellation cancellation) {
        List<List<String>> rows = action.get();
        return new Execution() {
            private boolean given = rows.isEmpty();

            @Override
            public @Nullable Chunk next() {
                if (given) {
                    return null;
                }
                given = true;
                return new TextRows(columns, rows);
            }

            @Override
            public String tag(long sent) {
                return tag;
            }

            @Override
            public void close() {}
        };
    }
}
