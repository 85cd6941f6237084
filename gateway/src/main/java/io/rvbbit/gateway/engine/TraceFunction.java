package io.rvbbit.gateway.engine;

import io.rvbbit.rewriter.CodedFault;
import io.rvbbit.rewriter.SqlException;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.List;
import java.util.Locale;
import org.duckdb.DuckDBColumnType;
import org.duckdb.DuckDBDataChunkReader;
import org.duckdb.DuckDBFunctions;
import org.duckdb.DuckDBReadableVector;
import org.duckdb.DuckDBScalarFunction;
import org.duckdb.DuckDBWritableVector;

/**
 * {@code _rvbbit_trace(user, id, what)}, behind {@code diagnose_execution_trace}, {@code
 * identify_root_cause} and {@code rvbbit_trace_export}: JSON, which the macros take apart.
 *
 * <p>Threading: DuckDB's threads, several at once.
 */
public final class TraceFunction implements DuckDBScalarFunction {
    private static final String CALL =
            "_rvbbit_trace(coalesce(getvariable('_rvbbit_user')::VARCHAR, ''), _id::VARCHAR, '%s')";

    private static final String ROWS =
            "CREATE OR REPLACE MACRO %s(_id) AS TABLE"
                    + " SELECT unnest(from_json(%s, '[{%s}]'), max_depth := 2)";

    /** What clients call. */
    public static final List<String> MACROS =
            List.of(
                    ROWS.formatted(
                            "diagnose_execution_trace",
                            CALL.formatted("diagnosis"),
                            "\"severity\":\"VARCHAR\",\"finding\":\"VARCHAR\",\"service\":\"VARCHAR\","
                                    + "\"operation\":\"VARCHAR\",\"status\":\"VARCHAR\","
                                    + "\"started_at\":\"TIMESTAMPTZ\",\"duration_ms\":\"BIGINT\","
                                    + "\"evidence\":\"VARCHAR\",\"session_id\":\"VARCHAR\","
                                    + "\"span_id\":\"VARCHAR\",\"caller_id\":\"VARCHAR\","
                                    + "\"trace_id\":\"VARCHAR\""),
                    ROWS.formatted(
                            "identify_root_cause",
                            CALL.formatted("causes"),
                            "\"cause\":\"VARCHAR\",\"confidence\":\"DOUBLE\",\"findings\":\"BIGINT\","
                                    + "\"evidence\":\"VARCHAR\",\"span_ids\":\"VARCHAR[]\""),
                    "CREATE OR REPLACE MACRO rvbbit_trace_export(_id) AS "
                            + CALL.formatted("export"));

    private final Traces traces;

    private TraceFunction(Traces traces) {
        this.traces = traces;
    }

    /** What is asked of a trace. */
    public enum Question {
        DIAGNOSIS,
        CAUSES,
        EXPORT
    }

    /** Answers questions about traces. */
    @FunctionalInterface
    public interface Traces {
        /**
         * JSON: an array of objects, or the whole trace.
         *
         * @param id of a caller, a session or a trace
         * @throws SqlException 08006 if the books cannot be read
         */
        String answer(String asker, String id, Question question);
    }

    /** Registers the function on the connection's database instance. */
    public static void register(Connection connection, Traces traces) throws SQLException {
        try (var function = DuckDBFunctions.scalarFunction()) {
            function.withName("_rvbbit_trace")
                    .withParameters(
                            DuckDBColumnType.VARCHAR,
                            DuckDBColumnType.VARCHAR,
                            DuckDBColumnType.VARCHAR)
                    .withReturnType(DuckDBColumnType.VARCHAR)
                    .withVolatile()
                    .withVectorizedFunction(new TraceFunction(traces))
                    .register(connection);
        }
    }

    @Override
    public void apply(DuckDBDataChunkReader chunk, DuckDBWritableVector results) {
        DuckDBReadableVector users = chunk.vector(0);
        DuckDBReadableVector ids = chunk.vector(1);
        DuckDBReadableVector questions = chunk.vector(2);
        for (int row = 0; row < chunk.rowCount(); row++) {
            if (users.isNull(row) || ids.isNull(row) || questions.isNull(row)) {
                results.setNull(row);
                continue;
            }
            Question question = Question.valueOf(questions.getString(row).toUpperCase(Locale.ROOT));
            try {
                results.setString(
                        row, traces.answer(users.getString(row), ids.getString(row), question));
            } catch (SqlException refused) {
                throw new CodedFault(refused);
            }
        }
    }
}
