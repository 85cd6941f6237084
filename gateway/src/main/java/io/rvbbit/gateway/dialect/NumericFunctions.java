package io.rvbbit.gateway.dialect;

import io.rvbbit.rewriter.SqlException;
import io.rvbbit.rewriter.SqlState;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.math.RoundingMode;
import java.sql.Connection;
import java.sql.SQLException;
import org.duckdb.DuckDBColumnType;
import org.duckdb.DuckDBFunctions;
import org.duckdb.DuckDBLogicalType;
import org.duckdb.DuckDBReadableVector;
import org.duckdb.DuckDBWritableVector;

/**
 * Arithmetic whose meaning or result type differs from DuckDB's.
 *
 * <p>Each comes in one form per type, so that DuckDB's own choice of the form decides the type of
 * the result. Threading: stateless.
 */
final class NumericFunctions {
    /** Digits behind the point of a quotient of numerics. */
    static final int QUOTIENT_SCALE = 16;

    private static final int MOST_DIGITS = 38;

    private NumericFunctions() {}

    @FunctionalInterface
    interface Binary {
        void apply(
                DuckDBReadableVector a, DuckDBReadableVector b, long row, DuckDBWritableVector out);
    }

    @FunctionalInterface
    interface Unary {
        void apply(DuckDBReadableVector a, long row, DuckDBWritableVector out);
    }

    static void register(Connection connection) throws SQLException {
        divisions(connection);
        roundings(connection);
        powers(connection);
        WholeNumbers.register(connection);
        unary(
                connection,
                "scale",
                DuckDBColumnType.VARCHAR,
                DuckDBColumnType.INTEGER,
                (a, row, out) -> {
                    String text = a.getString(row);
                    int point = text.indexOf('.');
                    out.setInt(row, point < 0 ? 0 : text.length() - point - 1);
                });
    }

    private static void divisions(Connection connection) throws SQLException {
        binary(
                connection,
                "divide",
                DuckDBColumnType.SMALLINT,
                (a, b, row, out) -> {
                    short divisor = b.getShort(row);
                    checkDivisor(divisor == 0);
                    out.setShort(row, (short) (a.getShort(row) / divisor));
                });
        binary(
                connection,
                "divide",
                DuckDBColumnType.INTEGER,
                (a, b, row, out) -> {
                    int divisor = b.getInt(row);
                    checkDivisor(divisor == 0);
                    int dividend = a.getInt(row);
                    if (divisor == -1 && dividend == Integer.MIN_VALUE) {
                        throw new SqlException(
                                SqlState.NUMERIC_OUT_OF_RANGE, "integer out of range");
                    }
                    out.setInt(row, dividend / divisor);
                });
        binary(
                connection,
                "divide",
                DuckDBColumnType.BIGINT,
                (a, b, row, out) -> {
                    long divisor = b.getLong(row);
                    checkDivisor(divisor == 0);
                    long dividend = a.getLong(row);
                    if (divisor == -1 && dividend == Long.MIN_VALUE) {
                        throw new SqlException(
                                SqlState.NUMERIC_OUT_OF_RANGE, "bigint out of range");
                    }
                    out.setLong(row, dividend / divisor);
                });
        binary(
                connection,
                "divide",
                DuckDBColumnType.FLOAT,
                (a, b, row, out) -> {
                    float divisor = b.getFloat(row);
                    checkDivisor(divisor == 0);
                    out.setFloat(row, a.getFloat(row) / divisor);
                });
        binary(
                connection,
                "divide",
                DuckDBColumnType.DOUBLE,
                (a, b, row, out) -> {
                    double divisor = b.getDouble(row);
                    checkDivisor(divisor == 0);
                    out.setDouble(row, a.getDouble(row) / divisor);
                });
        try (DuckDBLogicalType huge = DuckDBLogicalType.of(DuckDBColumnType.HUGEINT);
                DuckDBLogicalType numeric = quotient()) {
            binary(
                    connection,
                    "divide",
                    huge,
                    numeric,
                    (a, b, row, out) ->
                            out.setBigDecimal(
                                    row,
                                    quotient(
                                            new BigDecimal(a.getHugeInt(row)),
                                            new BigDecimal(b.getHugeInt(row)))));
            binary(
                    connection,
                    "divide",
                    numeric,
                    numeric,
                    (a, b, row, out) ->
                            out.setBigDecimal(
                                    row, quotient(a.getBigDecimal(row), b.getBigDecimal(row))));
        }
    }

    private static void powers(Connection connection) throws SQLException {
        try (DuckDBLogicalType real = DuckDBLogicalType.of(DuckDBColumnType.DOUBLE);
                DuckDBLogicalType numeric = quotient()) {
            binary(
                    connection,
                    "power",
                    real,
                    real,
                    (a, b, row, out) ->
                            out.setDouble(row, power(a.getDouble(row), b.getDouble(row))));
            binary(
                    connection,
                    "power",
                    numeric,
                    numeric,
                    (a, b, row, out) ->
                            out.setBigDecimal(
                                    row, power(a.getBigDecimal(row), b.getBigDecimal(row))));
        }
    }

    private static double power(double base, double exponent) {
        if (base < 0 && exponent != Math.rint(exponent)) {
            throw new SqlException(
                    SqlState.INVALID_POWER,
                    "a negative number raised to a non-integer power yields a complex result");
        }
        if (base == 0 && exponent < 0) {
            throw new SqlException(
                    SqlState.INVALID_POWER, "zero raised to a negative power is undefined");
        }
        return Math.pow(base, exponent);
    }

    /** Exact for whole exponents; else with the digits of a double. */
    private static BigDecimal power(BigDecimal base, BigDecimal exponent) {
        double approximate = power(base.doubleValue(), exponent.doubleValue());
        boolean small = exponent.abs().compareTo(BigDecimal.valueOf(MOST_DIGITS)) <= 0;
        boolean whole = exponent.stripTrailingZeros().scale() <= 0;
        if (Double.isInfinite(approximate) || Math.abs(approximate) >= 1e22) {
            throw new SqlException(SqlState.NUMERIC_OUT_OF_RANGE, "value overflows numeric format");
        }
        if (small && whole && exponent.signum() >= 0) {
            return base.pow(exponent.intValueExact())
                    .setScale(QUOTIENT_SCALE, RoundingMode.HALF_UP);
        }
        return BigDecimal.valueOf(approximate).setScale(QUOTIENT_SCALE, RoundingMode.HALF_UP);
    }

    private static void roundings(Connection connection) throws SQLException {
        doubles(connection, "round", Math::rint);
        doubles(connection, "ceil", Math::ceil);
        doubles(connection, "floor", Math::floor);
        doubles(connection, "sign", Math::signum);
        decimals(connection, "round", RoundingMode.HALF_UP);
        decimals(connection, "ceil", RoundingMode.CEILING);
        decimals(connection, "floor", RoundingMode.FLOOR);
        try (DuckDBLogicalType from = quotient();
                DuckDBLogicalType to = DuckDBLogicalType.decimal(MOST_DIGITS, 0)) {
            unary(
                    connection,
                    "sign",
                    from,
                    to,
                    (a, row, out) ->
                            out.setBigDecimal(
                                    row, BigDecimal.valueOf(a.getBigDecimal(row).signum())));
        }
    }

    private static void doubles(
            Connection connection, String name, java.util.function.DoubleUnaryOperator body)
            throws SQLException {
        unary(
                connection,
                name,
                DuckDBColumnType.DOUBLE,
                DuckDBColumnType.DOUBLE,
                (a, row, out) -> out.setDouble(row, body.applyAsDouble(a.getDouble(row))));
    }

    private static void decimals(Connection connection, String name, RoundingMode mode)
            throws SQLException {
        try (DuckDBLogicalType from = quotient();
                DuckDBLogicalType to = DuckDBLogicalType.decimal(MOST_DIGITS, 0)) {
            unary(
                    connection,
                    name,
                    from,
                    to,
                    (a, row, out) ->
                            out.setBigDecimal(row, a.getBigDecimal(row).setScale(0, mode)));
        }
    }

    private static DuckDBLogicalType quotient() throws SQLException {
        return DuckDBLogicalType.decimal(MOST_DIGITS, QUOTIENT_SCALE);
    }

    /** Half away from zero, as PostgreSQL rounds numerics. */
    private static BigDecimal quotient(BigDecimal a, BigDecimal b) {
        BigInteger divisor = b.unscaledValue();
        checkDivisor(divisor.signum() == 0);
        BigDecimal value = a.divide(b, QUOTIENT_SCALE, RoundingMode.HALF_UP);
        if (value.precision() > MOST_DIGITS) {
            throw new SqlException(SqlState.NUMERIC_OUT_OF_RANGE, "value overflows numeric format");
        }
        return value;
    }

    private static void checkDivisor(boolean isZero) {
        if (isZero) {
            throw new SqlException(SqlState.DIVISION_BY_ZERO, "division by zero");
        }
    }

    static void binary(Connection connection, String name, DuckDBColumnType type, Binary body)
            throws SQLException {
        try (DuckDBLogicalType logical = DuckDBLogicalType.of(type)) {
            binary(connection, name, logical, logical, body);
        }
    }

    static void binary(
            Connection connection,
            String name,
            DuckDBLogicalType from,
            DuckDBLogicalType to,
            Binary body)
            throws SQLException {
        try (var function = DuckDBFunctions.scalarFunction()) {
            function.withName(DialectFunctions.PREFIX + name)
                    .withParameter(from)
                    .withParameter(from)
                    .withReturnType(to)
                    .withVectorizedFunction(
                            DialectFunctions.guarded((in, out) -> {
                                DuckDBReadableVector a = in.vector(0);
                                DuckDBReadableVector b = in.vector(1);
                                long rows = in.rowCount();
                                for (long row = 0; row < rows; row++) {
                                    if (a.isNull(row) || b.isNull(row)) {
                                        out.setNull(row);
                                    } else {
                                        body.apply(a, b, row, out);
                                    }
                                }
                            }))
                    .register(connection);
        }
    }

    static void unary(
            Connection connection,
            String name,
            DuckDBColumnType from,
            DuckDBColumnType to,
            Unary body)
            throws SQLException {
        try (DuckDBLogicalType argument = DuckDBLogicalType.of(from);
                DuckDBLogicalType result = DuckDBLogicalType.of(to)) {
            unary(connection, name, argument, result, body);
        }
    }

    static void unary(
            Connection connection,
            String name,
            DuckDBLogicalType from,
            DuckDBLogicalType to,
            Unary body)
            throws SQLException {
        try (var function = DuckDBFunctions.scalarFunction()) {
            function.withName(DialectFunctions.PREFIX + name)
                    .withParameter(from)
                    .withReturnType(to)
                    .withVectorizedFunction(
                            DialectFunctions.guarded((in, out) -> {
                                DuckDBReadableVector a = in.vector(0);
                                long rows = in.rowCount();
                                for (long row = 0; row < rows; row++) {
                                    if (a.isNull(row)) {
                                        out.setNull(row);
                                    } else {
                                        body.apply(a, row, out);
                                    }
                                }
                            }))
                    .register(connection);
        }
    }
}
