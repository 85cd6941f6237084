package io.rvbbit.gateway.dialect;

import io.rvbbit.rewriter.SqlException;
import io.rvbbit.rewriter.SqlState;
import java.math.BigInteger;
import java.sql.Connection;
import java.sql.SQLException;
import org.duckdb.DuckDBColumnType;

/** Functions of whole numbers whose results are as wide as what they get. */
final class WholeNumbers {
    private WholeNumbers() {}

    static void register(Connection connection) throws SQLException {
        // The driver closes the types of a function's parameters with it.
        NumericFunctions.unary(
                connection,
                "to_hex",
                DuckDBColumnType.INTEGER,
                DuckDBColumnType.VARCHAR,
                (a, row, out) -> out.setString(row, Integer.toHexString(a.getInt(row))));
        NumericFunctions.unary(
                connection,
                "to_hex",
                DuckDBColumnType.BIGINT,
                DuckDBColumnType.VARCHAR,
                (a, row, out) -> out.setString(row, Long.toHexString(a.getLong(row))));
        pair(connection, "gcd", WholeNumbers::gcd);
        pair(connection, "lcm", WholeNumbers::lcm);
    }

    private interface Pair {
        BigInteger apply(BigInteger a, BigInteger b);
    }

    private static void pair(Connection connection, String name, Pair body) throws SQLException {
        NumericFunctions.binary(
                connection,
                name,
                DuckDBColumnType.INTEGER,
                (a, b, row, out) ->
                        out.setInt(row, integer(apply(body, a.getInt(row), b.getInt(row)))));
        NumericFunctions.binary(
                connection,
                name,
                DuckDBColumnType.BIGINT,
                (a, b, row, out) ->
                        out.setLong(row, bigint(apply(body, a.getLong(row), b.getLong(row)))));
    }

    private static BigInteger apply(Pair body, long a, long b) {
        return body.apply(BigInteger.valueOf(a), BigInteger.valueOf(b));
    }

    private static int integer(BigInteger value) {
        if (value.bitLength() > 31) {
            throw new SqlException(SqlState.NUMERIC_OUT_OF_RANGE, "integer out of range");
        }
        return value.intValue();
    }

    private static long bigint(BigInteger value) {
        if (value.bitLength() > 63) {
            throw new SqlException(SqlState.NUMERIC_OUT_OF_RANGE, "bigint out of range");
        }
        return value.longValue();
    }

    private static BigInteger gcd(BigInteger a, BigInteger b) {
        return a.gcd(b);
    }

    private static BigInteger lcm(BigInteger a, BigInteger b) {
        BigInteger divisor = a.gcd(b);
        return divisor.signum() == 0 ? BigInteger.ZERO : a.divide(divisor).multiply(b).abs();
    }
}
