package io.rvbbit.udf.cascade;

import io.rvbbit.udf.cascade.Cell.Head;
import io.rvbbit.udf.cascade.Cell.OnError;
import io.rvbbit.udf.cascade.Cell.PlacedTemplate;
import io.rvbbit.udf.cascade.Cell.PromptCell;
import io.rvbbit.udf.cascade.Cell.SqlCell;
import io.rvbbit.udf.cascade.Cell.SubCascadeCell;
import java.util.List;
import java.util.Optional;

/**
 * Does what another cell does for each of several rows: a list of its outputs.
 *
 * @param body a prompt, a request or a sub-cascade, with the same head
 * @param maxRows more are an error
 * @param onRowError what a row's failure does to the cell
 */
public record EachCell(
        Head head, Rows rows, Cell body, int maxParallel, int maxRows, OnError onRowError)
        implements Cell {
    /** Where the rows come from. */
    public sealed interface Rows {
        TemplateUse use();

        /** A list, or what a SQL cell has given. */
        record Listed(PlacedTemplate list) implements Rows {
            @Override
            public TemplateUse use() {
                return list.template().use();
            }
        }

        /** A table's, by a query that gives one more than there may be. */
        record OfTable(SqlCell query) implements Rows {
            @Override
            public TemplateUse use() {
                return query.query().use();
            }
        }
    }

    EachCell withBody(Cell other) {
        return new EachCell(head, rows, other, maxParallel, maxRows, onRowError);
    }

    @Override
    public String nodeType() {
        return body.nodeType();
    }

    @Override
    public Optional<PromptCell> prompt() {
        return body.prompt();
    }

    @Override
    public boolean readsOutside() {
        return body.readsOutside() || readsTable();
    }

    /** Whether its rows are a table's. */
    public boolean readsTable() {
        return rows instanceof Rows.OfTable;
    }

    @Override
    public List<SubCascadeCell> subCascades() {
        return body.subCascades();
    }

    @Override
    public int mostRows() {
        return maxRows;
    }
}
