package io.rvbbit.gateway.cli;

import java.io.PrintWriter;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Comma-separated values, as psql's {@code --csv}: NULL is empty, an empty text {@code ""}. */
final class CsvPrinter implements RowPrinter {
    private final PrintWriter out;

    CsvPrinter(PrintWriter out) {
        this.out = out;
    }

    @Override
    public void columns(List<ResultListener.Column> columns) {
        row(List.copyOf(columns.stream().map(ResultListener.Column::name).toList()));
    }

    @Override
    public void row(List<@Nullable String> values) {
        for (int i = 0; i < values.size(); i++) {
            if (i > 0) {
                out.print(',');
            }
            String value = values.get(i);
            if (value != null) {
                out.print(quoted(value));
            }
        }
        out.print('\n');
    }

    private static String quoted(String value) {
        boolean plain =
                !value.isEmpty()
                        && !value.equals("\\.")
                        && value.chars()
                                .noneMatch(c -> c == ',' || c == '"' || c == '\n' || c == '\r');
        return plain ? value : '"' + value.replace("\"", "\"\"") + '"';
    }

    @Override
    public void complete(String tag) {
        // A tag between the lines would make them unreadable for a program.
    }

    @Override
    public void failed() {
        // Every row is out already.
    }
}
