package io.rvbbit.udf;

import io.rvbbit.udf.ScopedFunction.Body;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.List;
import org.duckdb.DuckDBColumnType;
import org.duckdb.DuckDBFunctions;
import org.duckdb.DuckDBScalarFunctionBuilder;

/**
 * Makes the functions known to a database instance.
 *
 * <p>All are volatile: DuckDB never folds, merges or repeats them at prepare, so nothing is spent
 * before a statement runs. The first argument is the statement's token ({@link QueryScope#token}).
 *
 * <ul>
 *   <li>{@code _rvbbit_map(caller, call INTEGER, cascade, row BIGINT, input)}: answer envelope
 *   <li>{@code _rvbbit_answer(caller, call INTEGER, row BIGINT)}: envelope of an answered row
 *   <li>{@code _rvbbit_batch(caller, call INTEGER, cascade)}: answer envelope of staged rows
 *   <li>{@code _rvbbit_within(caller, call INTEGER, row BIGINT, bound BIGINT)}: BOOLEAN
 *   <li>{@code _rvbbit_cast_failed(caller, call INTEGER, row BIGINT, column_name, type, value)}
 *   <li>{@code _rvbbit_row_error(caller, call INTEGER, row BIGINT, answer)}: JSON or NULL
 *   <li>{@code _rvbbit_old_row(caller, row BIGINT)}: a row of the statement that is replayed
 *   <li>{@code _rvbbit_old_columns(caller, row BIGINT)}: the same, numbers as strings
 *   <li>{@code _rvbbit_old_answer(caller, row BIGINT)}: answer envelope of that row
 *   <li>{@code _rvbbit_old_cast_error(caller, row BIGINT, column_name, type, value)}: JSON
 *   <li>{@code _rvbbit_compared(caller, call INTEGER, row BIGINT, changed BOOLEAN, old_cost)}:
 *       BOOLEAN
 *   <li>{@code _rvbbit_run(caller, cascade, input, field)}: value
 *   <li>{@code _rvbbit_run_batch(caller, cascade, rows_json, table_name)}: value
 *   <li>{@code _rvbbit_prompt(caller, instructions, value)}: value
 *   <li>{@code _rvbbit_fallback(caller, call, arguments)}: value
 * </ul>
 *
 * Where no type is given it is VARCHAR. Threading: any thread.
 */
public final class Functions {
    /**
     * The connection variable in which the gateway puts the token before each execution.
     *
     * <p>DuckDB folds it when it prepares a statement, so a plan serves one execution: set it, then
     * prepare. A plan that is used again is refused with 42501, never charged to the wrong caller.
     */
    public static final String CALLER_VARIABLE = "_rvbbit_caller";

    /** SQL for the token of the execution, to be written into a statement instead of it. */
    public static final String CALLER_SQL = "_rvbbit_caller()";

    /**
     * What people call, to be made in the catalog and schema that the search path ends with.
     *
     * <p>Each parameter stands once in its macro: an argument that is itself a call must not be
     * paid for twice.
     */
    public static final List<String> MACROS =
            List.of(
                    """
                    CREATE OR REPLACE MACRO _rvbbit_caller() AS
                        CAST(getvariable('_rvbbit_caller') AS VARCHAR)
                    """,
                    """
                    CREATE OR REPLACE MACRO rvbbit_run(cascade, input) AS
                        _rvbbit_run(_rvbbit_caller(),
                            CAST(cascade AS VARCHAR), CAST(to_json(input) AS VARCHAR), NULL),
                      (cascade, input, field) AS
                        _rvbbit_run(_rvbbit_caller(),
                            CAST(cascade AS VARCHAR), CAST(to_json(input) AS VARCHAR),
                            CAST(field AS VARCHAR))
                    """,
                    """
                    CREATE OR REPLACE MACRO rvbbit_run_batch(cascade, rows_json, table_name) AS
                        _rvbbit_run_batch(_rvbbit_caller(),
                            CAST(cascade AS VARCHAR), CAST(to_json(rows_json) AS VARCHAR),
                            CAST(table_name AS VARCHAR))
                    """,
                    """
                    CREATE OR REPLACE MACRO rvbbit(instructions, value) AS
                        _rvbbit_prompt(_rvbbit_caller(),
                            CAST(instructions AS VARCHAR), CAST(value AS VARCHAR))
                    """);

    private static final DuckDBColumnType TEXT = DuckDBColumnType.VARCHAR;
    private static final DuckDBColumnType INT = DuckDBColumnType.INTEGER;
    private static final DuckDBColumnType LONG = DuckDBColumnType.BIGINT;

    private final QueryScopes scopes;

    public Functions(QueryScopes scopes) {
        this.scopes = scopes;
    }

    /**
     * Registers every hidden function on the connection's database instance.
     *
     * <p>Registering twice on one instance is allowed. The functions stay until the instance ends.
     */
    public void register(Connection duckdb) throws SQLException {
        text(duckdb, "_rvbbit_map", RowFunctions::map, TEXT, INT, TEXT, LONG, TEXT);
        text(duckdb, "_rvbbit_answer", RowFunctions::answer, TEXT, INT, LONG);
        text(duckdb, "_rvbbit_batch", RowFunctions::batch, TEXT, INT, TEXT);
        register(
                duckdb,
                "_rvbbit_within",
                RowFunctions::within,
                DuckDBColumnType.BOOLEAN,
                TEXT,
                INT,
                LONG,
                LONG);
        text(
                duckdb,
                "_rvbbit_cast_failed",
                RowFunctions::castFailed,
                TEXT,
                INT,
                LONG,
                TEXT,
                TEXT,
                TEXT);
        text(duckdb, "_rvbbit_row_error", RowFunctions::rowError, TEXT, INT, LONG, TEXT);
        text(duckdb, "_rvbbit_old_row", ReplayFunctions::row, TEXT, LONG);
        text(duckdb, "_rvbbit_old_columns", ReplayFunctions::columns, TEXT, LONG);
        text(duckdb, "_rvbbit_old_answer", ReplayFunctions::answer, TEXT, LONG);
        text(
                duckdb,
                "_rvbbit_old_cast_error",
                ReplayFunctions::castError,
                TEXT,
                LONG,
                TEXT,
                TEXT,
                TEXT);
        register(
                duckdb,
                "_rvbbit_compared",
                ReplayFunctions::compared,
                DuckDBColumnType.BOOLEAN,
                TEXT,
                INT,
                LONG,
                DuckDBColumnType.BOOLEAN,
                TEXT);
        text(duckdb, "_rvbbit_run", CallFunctions::run, TEXT, TEXT, TEXT, TEXT);
        text(duckdb, "_rvbbit_run_batch", CallFunctions::runBatch, TEXT, TEXT, TEXT, TEXT);
        text(duckdb, "_rvbbit_prompt", CallFunctions::prompt, TEXT, TEXT, TEXT);
        text(duckdb, "_rvbbit_fallback", FallbackFunctions::answer, TEXT, TEXT, TEXT);
    }

    private void text(
            Connection duckdb,
            String name,
            ScopedFunction.TextBody body,
            DuckDBColumnType... arguments)
            throws SQLException {
        register(duckdb, name, ScopedFunction.text(body), TEXT, arguments);
    }

    private void register(
            Connection duckdb,
            String name,
            Body body,
            DuckDBColumnType result,
            DuckDBColumnType... arguments)
            throws SQLException {
        try (DuckDBScalarFunctionBuilder function = DuckDBFunctions.scalarFunction()) {
            function.withName(name)
                    .withParameters(arguments)
                    .withReturnType(result)
                    .withVolatile()
                    .withVectorizedFunction(new ScopedFunction(scopes, body))
                    .register(duckdb);
        }
    }
}
