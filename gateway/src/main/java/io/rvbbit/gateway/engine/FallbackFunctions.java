package io.rvbbit.gateway.engine;

import io.rvbbit.rewriter.CodedFault;
import io.rvbbit.rewriter.NearestName;
import io.rvbbit.rewriter.SqlException;
import io.rvbbit.rewriter.SqlState;
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
 * What {@code ai_fallback_events} comes to: {@code ai_fallback_costs} and the others, macros over
 * the view, so that each user's sums are of that user's events; and {@code _rvbbit_fallback_group},
 * which refuses what cannot be grouped by.
 *
 * <p>Threading: DuckDB's threads, several at once.
 */
public final class FallbackFunctions implements DuckDBScalarFunction {
    private static final List<String> GROUPS =
            List.of("service", "method", "user", "day", "model", "decision");

    private static final String CHECK = "_rvbbit_fallback_group";

    private static final String ASKED = "service := NULL, since := NULL, until := NULL";

    /**
     * The events asked for; a column may not have the name of a parameter. What was decided and
     * then not called is no call, but has cost something.
     */
    private static final String EVENTS =
            """
            SELECT e.* FROM (
                SELECT v.* RENAME (service AS of_service),
                    coalesce(if(json_valid(v.metadata),
                        json_extract_string(v.metadata, '$.error_class'), NULL), '')
                        AS error_class,
                    NOT (v.success AND coalesce(if(json_valid(v.metadata),
                        json_extract_string(v.metadata, '$.called'), NULL), '') = 'false')
                        AS is_call
                FROM rvbbit.main.ai_fallback_events v) e
            WHERE (service IS NULL OR e.of_service = service::VARCHAR)
                AND (since IS NULL OR e.ts >= since::TIMESTAMPTZ)
                AND (until IS NULL OR e.ts < until::TIMESTAMPTZ)\
            """;

    /**
     * A name with a schema is written as in SQL; a day is one of UTC. Materialized, so that the
     * word is looked at also where there are no events.
     */
    private static final String GROUPED =
            """
            WITH g AS MATERIALIZED (
                SELECT _rvbbit_fallback_group(coalesce(group_by::VARCHAR, '')) AS word)
            SELECT f.*,
                CASE g.word
                    WHEN 'service' THEN f.of_service
                    WHEN 'method' THEN
                        if(f.of_service = 'sql', f.method, f.of_service || '.' || f.method)
                    WHEN 'user' THEN f.user_id
                    WHEN 'day' THEN strftime(make_timestamp(epoch_us(f.ts)), '%Y-%m-%d')
                    WHEN 'model' THEN f.model
                    WHEN 'decision' THEN f.decision
                END AS group_key
            FROM g CROSS JOIN (\
            """
                    + EVENTS
                    + ") f";

    /** What clients call. */
    public static final List<String> MACROS =
            List.of(
                    macro(
                            "ai_fallback_costs(" + ASKED + ", group_by := 'service')",
                            """
                            SELECT
                                x.group_key,
                                count(*) FILTER (x.is_call) AS calls,
                                count(*) FILTER (NOT x.success) AS failed_calls,
                                count(*) FILTER (NOT x.is_call) AS uncalled_decisions,
                                coalesce(sum(x.cost_usd), 0)::DECIMAL(38, 12) AS cost_usd,
                                (sum(x.cost_usd) FILTER (x.is_call)
                                    / count(x.cost_usd) FILTER (x.is_call))::DECIMAL(18, 12)
                                    AS average_cost_usd,
                                max(x.cost_usd) FILTER (x.is_call) AS dearest_cost_usd,
                                count(*) FILTER (x.cost_usd IS NULL) AS uncosted,
                                coalesce(sum(x.decision_tokens), 0)::BIGINT AS decision_tokens,
                                coalesce(sum(x.generation_tokens), 0)::BIGINT AS generation_tokens
                            FROM (%s) x GROUP BY x.group_key
                            ORDER BY 5 DESC, 1
                            """,
                            GROUPED),
                    macro(
                            "ai_fallback_performance(" + ASKED + ", group_by := 'method')",
                            """
                            SELECT
                                x.group_key,
                                x.decision,
                                count(*) AS samples,
                                round(avg(x.latency_ms))::BIGINT AS average_ms,
                                round(quantile_cont(x.latency_ms, 0.5))::BIGINT AS p50_ms,
                                round(quantile_cont(x.latency_ms, 0.95))::BIGINT AS p95_ms,
                                max(x.latency_ms) AS slowest_ms,
                                round(avg(x.decision_latency_ms))::BIGINT AS average_decision_ms,
                                round(avg(x.generation_latency_ms))::BIGINT
                                    AS average_generation_ms
                            FROM (%s) x WHERE x.success AND x.is_call
                            GROUP BY x.group_key, x.decision
                            ORDER BY 4 DESC, 1, 2
                            """,
                            GROUPED),
                    macro(
                            "ai_fallback_top_methods(\"limit\" := 10, min_occurrences := 1, "
                                    + ASKED
                                    + ")",
                            """
                            SELECT
                                x.of_service AS service,
                                x.method,
                                count(*) FILTER (x.is_call) AS occurrences,
                                count(*) FILTER (x.is_call AND x.success) AS successful_calls,
                                count(*) FILTER (x.is_call AND x.success)::DOUBLE
                                    / nullif(count(*) FILTER (x.is_call), 0) AS success_rate,
                                count(DISTINCT x.user_id) FILTER (x.is_call) AS users,
                                round(avg(x.latency_ms) FILTER (x.is_call))::BIGINT AS average_ms,
                                coalesce(sum(x.cost_usd), 0)::DECIMAL(38, 12) AS cost_usd,
                                max(x.ts) FILTER (x.is_call) AS last_called_at
                            FROM (%s) x GROUP BY x.of_service, x.method
                            HAVING count(*) FILTER (x.is_call) >= min_occurrences::BIGINT
                            QUALIFY row_number() OVER (
                                ORDER BY count(*) FILTER (x.is_call) DESC, x.of_service, x.method)
                                <= "limit"::BIGINT
                            ORDER BY 3 DESC, 1, 2
                            """,
                            EVENTS),
                    macro(
                            "ai_fallback_failures(" + ASKED + ", group_by := 'method')",
                            """
                            SELECT
                                x.group_key,
                                x.error_class,
                                count(*) AS failures,
                                coalesce(sum(x.cost_usd), 0)::DECIMAL(38, 12) AS cost_usd,
                                arg_max(x.error, x.ts) AS newest_error,
                                max(x.ts) AS last_failed_at
                            FROM (%s) x WHERE NOT x.success GROUP BY x.group_key, x.error_class
                            ORDER BY 3 DESC, 1, 2
                            """,
                            GROUPED),
                    macro(
                            "ai_fallback_success_rates("
                                    + ASKED
                                    + ", group_by := 'method', min_occurrences := 1)",
                            """
                            SELECT
                                x.group_key,
                                count(*) AS calls,
                                count(*) FILTER (x.success) AS successful_calls,
                                count(*) FILTER (NOT x.success) AS failed_calls,
                                count(*) FILTER (x.success)::DOUBLE / count(*) AS success_rate
                            FROM (%s) x WHERE x.is_call GROUP BY x.group_key
                            HAVING count(*) >= min_occurrences::BIGINT
                            ORDER BY 5, 2 DESC, 1
                            """,
                            GROUPED));

    private FallbackFunctions() {}

    private static String macro(String signature, String query, String from) {
        return "CREATE OR REPLACE MACRO " + signature + " AS TABLE " + query.formatted(from);
    }

    /** Registers the check on the connection's database instance. */
    public static void register(Connection connection) throws SQLException {
        try (var function = DuckDBFunctions.scalarFunction()) {
            function.withName(CHECK)
                    .withParameter(DuckDBColumnType.VARCHAR)
                    .withReturnType(DuckDBColumnType.VARCHAR)
                    .withVolatile()
                    .withVectorizedFunction(new FallbackFunctions())
                    .register(connection);
        }
    }

    @Override
    public void apply(DuckDBDataChunkReader chunk, DuckDBWritableVector results) {
        DuckDBReadableVector words = chunk.vector(0);
        for (int row = 0; row < chunk.rowCount(); row++) {
            try {
                if (words.isNull(row)) {
                    results.setNull(row);
                } else {
                    results.setString(row, group(words.getString(row)));
                }
            } catch (SqlException refused) {
                throw new CodedFault(refused);
            }
        }
    }

    private static String group(String written) {
        String word = written.strip().toLowerCase(Locale.ROOT);
        if (GROUPS.contains(word)) {
            return word;
        }
        throw new SqlException(
                        SqlState.INVALID_PARAMETER_VALUE,
                        "fallbacks cannot be grouped by \"" + written + "\"")
                .hint(
                        NearestName.of(word, GROUPS)
                                        .map(near -> "did you mean \"" + near + "\"? ")
                                        .orElse("")
                                + "group_by is one of "
                                + String.join(", ", GROUPS));
    }
}
