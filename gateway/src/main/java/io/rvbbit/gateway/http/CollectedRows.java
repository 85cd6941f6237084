package io.rvbbit.gateway.http;

import io.rvbbit.gateway.engine.Chunk;
import io.rvbbit.gateway.engine.Column;
import io.rvbbit.gateway.execution.Notices;
import io.rvbbit.gateway.execution.Settings;
import io.rvbbit.gateway.session.RowText;
import io.rvbbit.gateway.session.ScriptListener;
import io.rvbbit.rewriter.SqlState;
import io.rvbbit.tracking.CallerId;
import io.rvbbit.tracking.Usage;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** The rows of one small query, as text. Threading: the session's thread only. */
final class CollectedRows implements ScriptListener {
    private final List<List<@Nullable String>> rows = new ArrayList<>();
    private @Nullable RowText text;

    List<List<@Nullable String>> rows() {
        return rows;
    }

    @Override
    public Optional<String> cancelled() {
        return Optional.empty();
    }

    @Override
    public void columns(List<Column> columns, Settings settings) {
        text = new RowText(columns, settings);
    }

    @Override
    public void row(Chunk chunk, int row) {
        RowText values = text;
        if (values == null) {
            throw new IllegalStateException("a row without columns");
        }
        List<@Nullable String> read = new ArrayList<>();
        for (int column = 0; column < values.size(); column++) {
            read.add(values.text(chunk, row, column));
        }
        rows.add(Collections.unmodifiableList(read));
    }

    @Override
    public void flush() {
        // The rows are looked at when all are there.
    }

    @Override
    public void complete(String tag) {
        // The rows say it.
    }

    @Override
    public void notice(Notices.Severity severity, SqlState state, String message, String hint) {
        // Queries of our own; nobody asked for their remarks.
    }

    @Override
    public void began(CallerId caller) {
        // Queries of our own have none.
    }

    @Override
    public void ended(CallerId caller, Usage usage) {
        // Queries of our own have none.
    }
}
