package io.rvbbit.rewriter;

import java.util.List;

/** Which output columns a RVBBIT clause asks for. */
public sealed interface OutputClause {

    /** Nothing was said: one text column {@code result}, or the columns of the schema. */
    record Default() implements OutputClause {}

    /** {@code AS name}, or WITH (result_column = 'name'): one text column. */
    record Named(String name) implements OutputClause {}

    /** {@code AS (name type, …)}: typed columns of the structured output. */
    record Columns(List<Column> columns) implements OutputClause {
        public Columns {
            columns = List.copyOf(columns);
        }
    }

    /**
     * One typed column.
     *
     * @param name folded as PostgreSQL folds it
     * @param type exactly as written
     * @param position of the name in the client's whole text, from 1
     */
    record Column(String name, String type, int position) {}
}
