package io.rvbbit.gateway.wire;

import io.rvbbit.rewriter.CopyOptions;
import io.rvbbit.rewriter.CopyOptions.Format;
import io.rvbbit.rewriter.CopyOptions.Header;
import io.rvbbit.rewriter.SqlException;
import java.nio.charset.StandardCharsets;
import java.util.List;

/**
 * Reads the text and the csv format: lines first, then the fields of each.
 *
 * <p>The first line end decides which one is meant; another kind later is refused. Threading: one
 * thread at a time.
 */
public final class CopyTextReader implements CopyReader {
    private final CopyBuffer in = new CopyBuffer();
    private final CopyLines lines;
    private final CopyFields fields;
    private final CopyContext context;
    private final Header header;
    private final String nullText;
    private boolean headerRead;
    private boolean over;

    CopyTextReader(CopyOptions options, String table, List<String> columns) {
        this.context = new CopyContext(table, columns);
        this.lines = new CopyLines(in, options, context);
        this.fields =
                options.format() == Format.CSV
                        ? new CsvFields(options, columns)
                        : new TextFields(options, columns.size());
        this.header = options.header();
        this.nullText = options.nullText();
    }

    @Override
    public void put(byte[] bytes) {
        if (over) {
            return;
        }
        try {
            in.put(bytes);
        } catch (SqlException tooLong) {
            throw inWait(tooLong);
        }
    }

    @Override
    public void end() {
        in.ended = true;
    }

    @Override
    public Found next() {
        if (over) {
            return Found.END;
        }
        Found found = lines.next();
        if (found == Found.ROW && header != Header.NONE && !headerRead) {
            headerRead = true;
            if (header == Header.MATCH) {
                split();
                matchHeader();
            }
            found = lines.next();
        }
        switch (found) {
            case ROW -> {
                split();
                if (fields.count() > context.columns().size()) {
                    throw inRow(CopyReader.badFormat("extra data after last expected column"));
                }
            }
            case END -> {
                over = true;
                in.discard();
            }
            case NEED_MORE -> {}
        }
        return found;
    }

    private void split() {
        try {
            fields.split(in.data, lines.start(), lines.length(), lines.special());
        } catch (SqlException failure) {
            throw inRow(failure);
        }
    }

    private void matchHeader() {
        int expected = context.columns().size();
        if (fields.count() != expected) {
            throw inRow(
                    CopyReader.badFormat(
                            "wrong number of fields in header line: got %d, expected %d"
                                    .formatted(fields.count(), expected)));
        }
        for (int column = 0; column < expected; column++) {
            String name = context.columns().get(column);
            String found =
                    fields.isNull(column)
                            ? "null value (\"" + nullText + "\")"
                            : "\""
                                    + new String(
                                            fields.bytes(),
                                            fields.start(column),
                                            fields.length(column),
                                            StandardCharsets.UTF_8)
                                    + "\"";
            if (!found.equals("\"" + name + "\"")) {
                throw inRow(
                        CopyReader.badFormat(
                                "column name mismatch in header line field %d: got %s, expected"
                                                .formatted(column + 1, found)
                                        + " \""
                                        + name
                                        + "\""));
            }
        }
    }

    @Override
    public byte[] bytes() {
        return fields.bytes();
    }

    @Override
    public boolean isNull(int column) {
        if (column >= fields.count()) {
            throw inRow(
                    CopyReader.badFormat(
                            "missing data for column \"%s\""
                                    .formatted(context.columns().get(column))));
        }
        return fields.isNull(column);
    }

    @Override
    public int start(int column) {
        return fields.start(column);
    }

    @Override
    public int length(int column) {
        return fields.length(column);
    }

    @Override
    public SqlException inRow(SqlException failure) {
        return context.line(failure, lines.number(), in.data, lines.start(), lines.length());
    }

    @Override
    public SqlException inColumn(SqlException failure, int column) {
        return fields.isNull(column)
                ? context.nullInput(failure, lines.number(), column)
                : context.value(
                        failure,
                        lines.number(),
                        column,
                        fields.bytes(),
                        fields.start(column),
                        fields.length(column));
    }

    @Override
    public SqlException inWait(SqlException failure) {
        return context.line(failure, lines.number());
    }
}
