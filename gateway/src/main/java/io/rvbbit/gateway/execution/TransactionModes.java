package io.rvbbit.gateway.execution;

/**
 * How a transaction runs.
 *
 * <p>DuckDB's transactions see one snapshot. That is more than READ COMMITTED promises, and what
 * REPEATABLE READ does.
 *
 * @param isolation in PostgreSQL's words, lower case
 */
record TransactionModes(String isolation, boolean readOnly, boolean deferrable) {
    static final String SERIALIZABLE = "serializable";

    static TransactionModes ofDefaults(Settings settings) {
        return new TransactionModes(
                settings.get("default_transaction_isolation"),
                settings.isOn("default_transaction_read_only"),
                settings.isOn("default_transaction_deferrable"));
    }

    String beginSql() {
        return readOnly ? "BEGIN TRANSACTION READ ONLY" : "BEGIN TRANSACTION";
    }
}
