package io.rvbbit.gateway.cli;

import java.io.PrintWriter;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Tables as psql draws them.
 *
 * <p>Only the first rows are kept, for the columns' widths; the others are written as they come,
 * and a value that is wider than its column pushes its own line to the right.
 */
final class AlignedPrinter implements RowPrinter {
    private static final int KEPT_ROWS = 1_000;
    private static final int KEPT_CHARACTERS = 1_000_000;

    /** int8, int2, int4, oid, float4, float8 and numeric stand to the right. */
    private static final Set<Integer> NUMERIC = Set.of(20, 21, 23, 26, 700, 701, 1700);

    private final PrintWriter out;
    private final List<List<@Nullable String>> kept = new ArrayList<>();
    private List<ResultListener.Column> columns = List.of();
    private int[] widths = {};
    private boolean inResult;
    private boolean headed;
    private int keptCharacters;
    private long rows;

    AlignedPrinter(PrintWriter out) {
        this.out = out;
    }

    @Override
    public void columns(List<ResultListener.Column> newColumns) {
        columns = newColumns;
        kept.clear();
        keptCharacters = 0;
        rows = 0;
        inResult = true;
        headed = false;
    }

    @Override
    public void row(List<@Nullable String> values) {
        rows++;
        if (headed) {
            print(values);
            return;
        }
        kept.add(values);
        for (String value : values) {
            keptCharacters += value == null ? 0 : value.length();
        }
        if (kept.size() >= KEPT_ROWS || keptCharacters >= KEPT_CHARACTERS) {
            release();
        }
    }

    @Override
    public void complete(String tag) {
        if (inResult) {
            release();
            out.print("(" + rows + (rows == 1 ? " row)\n\n" : " rows)\n\n"));
            inResult = false;
        } else {
            out.print(tag + "\n");
        }
    }

    @Override
    public void failed() {
        if (inResult && rows > 0) {
            release();
        }
        inResult = false;
    }

    /** Writes the header and the rows that were kept for it. */
    private void release() {
        if (headed) {
            return;
        }
        headed = true;
        widths = columns.stream().mapToInt(column -> DisplayText.width(column.name())).toArray();
        for (List<@Nullable String> row : kept) {
            for (int i = 0; i < row.size(); i++) {
                for (String line : lines(row.get(i))) {
                    widths[i] = Math.max(widths[i], DisplayText.width(line));
                }
            }
        }
        StringBuilder header = new StringBuilder();
        StringBuilder rule = new StringBuilder();
        for (int i = 0; i < widths.length; i++) {
            String name = columns.get(i).name();
            int blanks = widths[i] - DisplayText.width(name);
            header.append(i == 0 ? " " : "| ").repeat(' ', blanks / 2).append(name);
            header.repeat(' ', blanks - blanks / 2 + 1);
            rule.append(i == 0 ? "" : "+").repeat('-', widths[i] + 2);
        }
        out.print(header.append('\n').append(rule).append('\n'));
        kept.forEach(this::print);
        kept.clear();
    }

    private void print(List<@Nullable String> values) {
        List<String[]> cells = new ArrayList<>(values.size());
        for (String value : values) {
            cells.add(lines(value));
        }
        int height = cells.stream().mapToInt(lines -> lines.length).max().orElse(1);
        for (int line = 0; line < height; line++) {
            StringBuilder text = new StringBuilder();
            for (int i = 0; i < cells.size(); i++) {
                text.append(i == 0 ? " " : "| ");
                append(text, cells.get(i), line, i);
            }
            out.print(text.append('\n'));
        }
    }

    /** A {@code +} behind a line says that the value goes on in the next one. */
    private void append(StringBuilder text, String[] cell, int line, int column) {
        String shown = line < cell.length ? cell[line] : "";
        boolean goesOn = line + 1 < cell.length;
        int blanks = Math.max(0, widths[column] - DisplayText.width(shown));
        boolean last = column + 1 == widths.length;
        if (NUMERIC.contains(columns.get(column).typeOid())) {
            text.repeat(' ', blanks).append(shown);
        } else {
            text.append(shown).repeat(' ', last && !goesOn ? 0 : blanks);
        }
        if (goesOn) {
            text.append('+');
        } else if (!last) {
            text.append(' ');
        }
    }

    private static String[] lines(@Nullable String value) {
        return value == null ? new String[] {""} : DisplayText.lines(value);
    }
}
