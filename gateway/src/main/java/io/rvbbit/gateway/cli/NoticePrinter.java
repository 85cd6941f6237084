package io.rvbbit.gateway.cli;

import java.io.PrintWriter;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Shows what the server says, and keeps the one value of a one-row result. Threading: one. */
final class NoticePrinter implements ResultListener {
    private final PrintWriter err;
    private @Nullable String value;
    private boolean failed;

    NoticePrinter(PrintWriter err) {
        this.err = err;
    }

    /** The first value of the last row; null for NULL, and if there was none. */
    @Nullable String value() {
        return value;
    }

    boolean failed() {
        return failed;
    }

    @Override
    public void columns(List<Column> columns) {
        value = null;
    }

    @Override
    public void row(List<@Nullable String> values) {
        value = values.getFirst();
    }

    @Override
    public void complete(String tag) {
        // The value says it.
    }

    @Override
    public void notice(ServerMessage notice) {
        tell(notice);
    }

    @Override
    public void error(ServerMessage error) {
        failed = true;
        // A position would count in a statement that the user has not written.
        tell(error.withoutPosition());
    }

    private void tell(ServerMessage message) {
        err.print(Diagnostics.text(message, "", ""));
        err.flush();
    }
}
