package io.rvbbit.udf.cascade;

import io.rvbbit.udf.cascade.Cell.OnError;
import io.rvbbit.udf.cascade.Cell.PlacedTemplate;
import io.rvbbit.udf.cascade.Cell.SqlCell;
import io.rvbbit.udf.cascade.EachCell.Rows;
import io.rvbbit.udf.cascade.SourceNode.Scalar;
import io.rvbbit.udf.format.EachFormat;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/** Reads the {@code for_each_row} of a cell. Threading: one thread. */
final class EachCellParser {
    /** The names that a row has in the templates of the cell. */
    static final Set<String> NAMES = Set.of("row", "item", "index");

    private static final int MOST_PARTS = 3;

    /** A part of a name, plain or quoted, and the dot after it. */
    private static final Pattern PART =
            Pattern.compile("\\s*(?:\"((?:[^\"]|\"\")+)\"|([^.\"{}]*[^.\"{}\\s]))\\s*(\\.|$)");

    private static final Pattern LONE = Pattern.compile("\\s*\\{\\{([^{}]+)}}\\s*");

    private EachCellParser() {}

    /** Refuses what is for a cell that does its work once. */
    static void check(CellScope cell) {
        refuse(cell, "handoffs", "each row would choose a next cell of its own");
        if (SqlStep.TOOL.equals(cell.keys().text("tool").orElse(""))) {
            refuse(cell, "tool", "one query over all rows does it, in a cell of its own");
        }
    }

    private static void refuse(CellScope cell, String key, String why) {
        if (cell.keys().node(key).isPresent()) {
            throw cell.file()
                    .wrong(
                            cell.keys().placeOf(key),
                            Names.quoted(key)
                                    + " does not go with for_each_row in "
                                    + cell.what()
                                    + ": "
                                    + why);
        }
    }

    /** {@code body}: what is done for each row. */
    static EachCell read(CellScope cell, Cell body) {
        Keys keys =
                Keys.of(
                                cell.file(),
                                cell.keys().required("for_each_row"),
                                "for_each_row of " + cell.what())
                        .only(EachFormat.FOR_EACH_ROW);
        Integer parallel = keys.integer("max_parallel", 1, EachFormat.MAX_PARALLEL);
        Integer most = keys.integer("max_rows", 1, EachFormat.MAX_ROWS);
        int maxRows = Objects.requireNonNullElse(most, EachFormat.USUAL_ROWS);
        return new EachCell(
                body.head(),
                rows(cell.withoutRow(), keys, body, maxRows),
                body,
                Objects.requireNonNullElse(parallel, EachFormat.USUAL_PARALLEL),
                maxRows,
                keys.word("on_error", OnError.class).orElse(OnError.FAIL));
    }

    private static Rows rows(CellScope cell, Keys keys, Cell body, int maxRows) {
        boolean listed = keys.node("rows").isPresent();
        Scalar table = keys.scalarText("table").orElse(null);
        if (table == null) {
            if (!listed) {
                throw keys.missing("rows").hint("\"rows\" is a list, \"table\" a table's name");
            }
            Scalar rows = keys.scalarText("rows").orElseThrow();
            return new Rows.Listed(new PlacedTemplate(cell.file().placeOf(rows), cell.value(rows)));
        }
        if (listed) {
            throw cell.file()
                    .wrong(keys.placeOf("table"), keys.what() + " has both \"rows\" and \"table\"");
        }
        String text = "SELECT * FROM " + relation(keys, table) + " LIMIT " + (maxRows + 1L);
        Scalar query = new Scalar(table.value(), text, table.firstLine(), table.place());
        return new Rows.OfTable(
                new SqlCell(
                        body.head().at(cell.file().placeOf(table)),
                        cell.compiled(query, SqlTemplate::compile, SqlTemplate::use),
                        List.of()));
    }

    /** A name as it is written in SQL, or a template that becomes one. */
    private static String relation(Keys keys, Scalar table) {
        Matcher lone = LONE.matcher(table.text());
        if (lone.matches()) {
            String expression = lone.group(1).strip();
            return expression.equals(SqlTemplate.TABLE)
                    ? "{{ " + expression + " }}"
                    : "{{ " + expression + " | ident }}";
        }
        List<String> parts = parts(table.text());
        if (parts.isEmpty()) {
            throw keys.wrong(
                    "table",
                    table,
                    "a name such as products, sales.orders or \"Sales\".\"2026\", or one {{ … }}");
        }
        return parts.stream()
                .map(part -> SqlLiteral.of(new SqlIdentifier(part, true)))
                .collect(Collectors.joining("."));
    }

    /** The parts of a name, three at most; empty if it is none. */
    private static List<String> parts(String name) {
        List<String> parts = new ArrayList<>();
        Matcher part = PART.matcher(name);
        boolean more = true;
        while (more) {
            if (parts.size() == MOST_PARTS || !part.lookingAt()) {
                return List.of();
            }
            String quoted = part.group(1);
            parts.add(quoted == null ? part.group(2).strip() : quoted.replace("\"\"", "\""));
            more = !part.group(3).isEmpty();
            part.region(part.end(), name.length());
        }
        return parts;
    }
}
