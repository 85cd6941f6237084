package io.rvbbit.gateway.engine;

import io.rvbbit.rewriter.SqlText;
import java.nio.ByteBuffer;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import org.duckdb.DuckDBDriver;
import org.duckdb.RawDriver;

/**
 * Asks the driver at start-up whether raw reading gives what this project was built against.
 *
 * <p>Another driver version could lay memory out differently, and then we would serve wrong values,
 * or cut results off, without an error. So every kind of value, an error in mid-stream and an
 * interrupt are tried first.
 */
final class DriverSelfTest {
    /** What is selected, and how it must look as JSON. */
    private static final Map<String, String> SAMPLES =
            Map.ofEntries(
                    Map.entry("true", "true"),
                    Map.entry("(-7)::TINYINT", "-7"),
                    Map.entry("(-300)::SMALLINT", "-300"),
                    Map.entry("(-70000)::INTEGER", "-70000"),
                    Map.entry("(-5000000000)::BIGINT", "-5000000000"),
                    Map.entry("255::UTINYINT", "255"),
                    Map.entry("65535::USMALLINT", "65535"),
                    Map.entry("4294967295::UINTEGER", "4294967295"),
                    Map.entry("18446744073709551615::UBIGINT", "18446744073709551615"),
                    Map.entry(
                            "(-170141183460469231731687303715884105728)::HUGEINT",
                            "-170141183460469231731687303715884105728"),
                    Map.entry(
                            "340282366920938463463374607431768211455::UHUGEINT",
                            "340282366920938463463374607431768211455"),
                    Map.entry("1.5::FLOAT", "1.5"),
                    Map.entry("-0.25::DOUBLE", "-0.25"),
                    Map.entry("-1.25::DECIMAL(4,2)", "-1.25"),
                    Map.entry("-123456.789::DECIMAL(9,3)", "-123456.789"),
                    Map.entry("-123456789012.345678::DECIMAL(18,6)", "-123456789012.345678"),
                    Map.entry(
                            "-12345678901234567890.12::DECIMAL(38,2)", "-12345678901234567890.12"),
                    Map.entry("'twelve bytes'", "\"twelve bytes\""),
                    Map.entry("'more than twelve bytes'", "\"more than twelve bytes\""),
                    Map.entry("'{\"a\": [1]}'::JSON", "{\"a\":[1]}"),
                    Map.entry("'\\x00\\xFF'::BLOB", "\"AP8=\""),
                    Map.entry("'b'::ENUM('a', 'b')", "\"b\""),
                    Map.entry("'0101100111'::BIT", "\"0101100111\""),
                    Map.entry("DATE '1969-12-31'", "\"1969-12-31\""),
                    Map.entry("TIME '12:34:56.789'", "\"12:34:56.789\""),
                    Map.entry("'12:34:56+05:30'::TIMETZ", "\"12:34:56+05:30\""),
                    Map.entry("TIMESTAMP '1969-12-31 23:59:59.5'", "\"1969-12-31T23:59:59.500\""),
                    Map.entry("'2020-01-02 03:04:05'::TIMESTAMP_S", "\"2020-01-02T03:04:05\""),
                    Map.entry("'2020-01-02 03:04:05'::TIMESTAMP_MS", "\"2020-01-02T03:04:05\""),
                    Map.entry("'2020-01-02 03:04:05'::TIMESTAMP_NS", "\"2020-01-02T03:04:05\""),
                    Map.entry("'2020-01-02 03:04:05+00'::TIMESTAMPTZ", "\"2020-01-02T03:04:05Z\""),
                    Map.entry("INTERVAL '14 months 3 days 2 seconds'", "\"P1Y2M3DT2S\""),
                    Map.entry(
                            "'550e8400-e29b-41d4-a716-446655440000'::UUID",
                            "\"550e8400-e29b-41d4-a716-446655440000\""),
                    Map.entry("[1, NULL, 3]", "[1,null,3]"),
                    Map.entry(
                            "[['a long enough string'], [], NULL]",
                            "[[\"a long enough string\"],[],null]"),
                    Map.entry("array_value(1, 2)", "[1,2]"),
                    Map.entry("{'a': 1, 'b': [true, NULL]}", "{\"a\":1,\"b\":[true,null]}"),
                    Map.entry("MAP {'k': 1.5::DOUBLE}", "{\"k\":1.5}"),
                    Map.entry("NULL::VARCHAR", "null"));

    private DriverSelfTest() {}

    /**
     * @throws IllegalStateException naming what differs
     */
    static void run() {
        try (Connection connection = new DuckDBDriver().connect("jdbc:duckdb:", new Properties())) {
            SAMPLES.forEach((sql, json) -> value(connection, sql, json));
            errorInMidStream(connection);
            interruptInMidStream(connection);
        } catch (SQLException fault) {
            throw refused("a statement failed: " + fault.getMessage());
        }
    }

    private static void value(Connection connection, String sql, String json) {
        // The filter keeps DuckDB from folding the row into a constant.
        String query = "SELECT " + sql + " FROM range(3) AS r(i) WHERE i <> 1";
        Preparation prepared = new StatementPreparer(connection).prepare(query, List.of());
        try {
            ByteBuffer result = RawDriver.execute(prepared.readable(), new Object[0]);
            try {
                ByteBuffer handle = RawDriver.fetch(result);
                if (handle == null) {
                    throw refused(sql + " gave no row");
                }
                RawChunk chunk = new RawChunk(handle, prepared.shape());
                try {
                    for (int row = 0; row < chunk.rows(); row++) {
                        String seen = JsonRows.value(chunk.column(0), row).toString();
                        if (!seen.equals(json)) {
                            throw refused(sql + " was read as " + seen);
                        }
                    }
                } finally {
                    chunk.destroy();
                }
            } finally {
                RawDriver.destroyResult(result);
            }
        } catch (SQLException fault) {
            throw refused(sql + " failed: " + fault.getMessage());
        } finally {
            prepared.release();
        }
    }

    private static void errorInMidStream(Connection connection) throws SQLException {
        String message = "expected in mid-stream";
        String query =
                "SELECT CASE WHEN i = 200000 THEN error(%s) ELSE i END FROM range(300000) AS r(i)"
                        .formatted(SqlText.literal(message));
        String seen = ending(connection, query, false);
        // About one time in a thousand the reader meets the interrupt of the other threads before
        // the error that caused it. That is no loss: the stream does not look whole.
        if (seen.contains(message) || seen.contains("INTERRUPT")) {
            return;
        }
        throw refused("an error in mid-stream got lost, the stream ended with \"" + seen + "\"");
    }

    private static void interruptInMidStream(Connection connection) throws SQLException {
        if (!ending(connection, "FROM range(10000000000)", true).contains("INTERRUPT")) {
            throw refused("an interrupt in mid-stream did nothing");
        }
    }

    /** Reads to the end, optionally interrupting after the first chunk; the error at the end. */
    private static String ending(Connection connection, String query, boolean interrupt)
            throws SQLException {
        ByteBuffer statement = RawDriver.prepare(connection, query);
        try {
            ByteBuffer result = RawDriver.execute(statement, new Object[0]);
            try {
                ByteBuffer chunk = RawDriver.fetch(result);
                if (interrupt) {
                    RawDriver.interrupt(connection);
                }
                while (chunk != null) {
                    RawDriver.destroyChunk(chunk);
                    chunk = RawDriver.fetch(result);
                }
                return RawDriver.error(result);
            } finally {
                RawDriver.destroyResult(result);
            }
        } catch (SQLException fault) {
            return String.valueOf(fault.getMessage());
        } finally {
            RawDriver.release(statement);
        }
    }

    private static IllegalStateException refused(String what) {
        return new IllegalStateException(
                "this DuckDB driver does not behave as the gateway needs it: "
                        + what.lines().findFirst().orElse(""));
    }
}
