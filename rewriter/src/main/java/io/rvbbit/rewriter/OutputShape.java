package io.rvbbit.rewriter;

import java.util.List;

/** The output columns of a call, once declared or inferred. */
public sealed interface OutputShape {

    /** One text column: the clean value. */
    record Text(String name) implements OutputShape {}

    /** Typed columns of the structured output. */
    record Typed(List<Column> columns) implements OutputShape {
        public Typed {
            columns = List.copyOf(columns);
        }
    }

    /**
     * One typed column.
     *
     * @param type exactly as it was written, or as inferred
     * @param fromValue take the clean value instead of the output's property of that name
     */
    record Column(String name, String type, boolean fromValue) {}

    /**
     * The columns that the clause itself declares; infer_schema replaces a Default.
     *
     * @param singleValue the cascade's output is plain text or one value, without properties: a
     *     single declared column takes that value
     */
    static OutputShape declared(OutputClause clause, boolean singleValue) {
        return switch (clause) {
            case OutputClause.Default _ -> new Text("result");
            case OutputClause.Named named -> new Text(named.name());
            case OutputClause.Columns list -> {
                boolean fromValue = singleValue && list.columns().size() == 1;
                yield new Typed(
                        list.columns().stream()
                                .map(c -> new Column(c.name(), c.type(), fromValue))
                                .toList());
            }
        };
    }
}
