package io.rvbbit.gateway.cli;

import io.rvbbit.rewriter.Script;
import io.rvbbit.rewriter.SqlException;
import java.io.PrintWriter;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Runs scripts statement by statement and stops at the first error.
 *
 * <p>Threading: one thread; {@link #cancel} on any.
 */
final class ScriptRun {
    /**
     * Rows after which what was written is pushed out, so that a reader that has gone is noticed.
     */
    private static final int ROWS_PER_FLUSH = 1_000;

    private final WireClient client;
    private final RowPrinter printer;
    private final PrintWriter out;
    private final PrintWriter err;
    private volatile boolean cancelled;

    ScriptRun(WireClient client, RowPrinter printer, PrintWriter out, PrintWriter err) {
        this.client = client;
        this.printer = printer;
        this.out = out;
        this.err = err;
    }

    /** The exit code: 0, or that of the first script that failed. */
    int run(List<SqlSource> sources) {
        for (SqlSource source : sources) {
            if (!run(source)) {
                return source.exitCodeOfFailure();
            }
        }
        return 0;
    }

    private boolean run(SqlSource source) {
        Script script;
        try {
            script = Script.split(source.text());
        } catch (SqlException e) {
            String place = source.place(Math.max(0, e.position() - 1));
            tell(Diagnostics.text(Diagnostics.of(e), place, source.text()));
            return false;
        }
        for (Script.Part part : script.parts()) {
            Statement statement = new Statement(part.text(), source.place(part.offset()));
            if (cancelled) {
                return false;
            }
            client.query(part.text(), statement);
            out.flush();
            if (statement.failed) {
                return false;
            }
        }
        return true;
    }

    /** Cancels the statement that runs, and begins no other. */
    void cancel() {
        cancelled = true;
        client.cancel();
    }

    private void tell(String text) {
        out.flush();
        err.print(text);
        err.flush();
    }

    /** Hears what one statement answers. */
    private final class Statement implements ResultListener {
        private final String text;
        private final String place;
        private boolean failed;
        private boolean unread;
        private long rows;

        Statement(String text, String place) {
            this.text = text;
            this.place = place;
        }

        @Override
        public void columns(List<Column> columns) {
            printer.columns(columns);
        }

        @Override
        public void row(List<@Nullable String> values) {
            if (unread) {
                return;
            }
            printer.row(values);
            rows++;
            if (rows % ROWS_PER_FLUSH == 0 && out.checkError()) {
                // As with `| head`: nobody reads on, so nothing more must be computed.
                unread = true;
                failed = true;
                cancel();
            }
        }

        @Override
        public void complete(String tag) {
            printer.complete(tag);
        }

        @Override
        public void notice(ServerMessage notice) {
            tell(Diagnostics.text(notice, place, text));
        }

        @Override
        public void error(ServerMessage error) {
            failed = true;
            if (!unread) {
                printer.failed();
                tell(Diagnostics.text(error, place, text));
            }
        }
    }
}
