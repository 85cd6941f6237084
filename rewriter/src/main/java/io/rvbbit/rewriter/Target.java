package io.rvbbit.rewriter;

import java.util.List;

/** Where the rows of a statement with a RVBBIT clause go. */
public sealed interface Target {

    /** The clause is the whole statement, at most with CTEs before it. */
    record ToClient() implements Target {}

    /** CREATE TABLE … AS, with the clause bare or anywhere inside the query. */
    record CreateTable(TableName name, boolean orReplace, boolean temporary, boolean ifNotExists)
            implements Target {}

    /**
     * INSERT INTO, with the clause bare or anywhere inside the source.
     *
     * @param columns as listed, folded; empty where none are
     */
    record Insert(TableName name, List<String> columns) implements Target {
        public Insert {
            columns = List.copyOf(columns);
        }
    }

    /** COPY (…) TO. */
    record CopyTo() implements Target {}

    /** Any other SQL that holds the clause as a table expression. */
    record Embedded() implements Target {}

    /**
     * A table's name.
     *
     * @param text as written, fit to be put into SQL
     * @param parts catalog, schema and name as far as written, folded
     */
    record TableName(String text, List<String> parts) {
        public TableName {
            parts = List.copyOf(parts);
        }
    }
}
