package io.rvbbit.gateway.engine;

import java.math.BigInteger;

/**
 * The values of one column of one chunk.
 *
 * <p>Which getter serves which kind is said at {@link EngineType.Kind}. Valid as long as its chunk.
 */
public interface Vector {
    EngineType type();

    boolean isNull(int row);

    long getLong(int row);

    double getDouble(int row);

    /** HUGEINT, UHUGEINT, UBIGINT, BIGNUM, and DECIMAL's unscaled value of any width. */
    BigInteger getBigInteger(int row);

    /** VARCHAR and JSON in UTF-8, BLOB, and the text of ENUM values and whatever else is text. */
    byte[] getBytes(int row);

    /** INTERVAL: months. */
    int getMonths(int row);

    /** INTERVAL: days. */
    int getDays(int row);

    /** INTERVAL: microseconds. */
    long getMicros(int row);

    /** UUID as its upper 64 bits. */
    long getUuidHigh(int row);

    /** UUID as its lower 64 bits. */
    long getUuidLow(int row);

    /** LIST, MAP and ARRAY: where the row's elements begin in {@link #child(int) child(0)}. */
    int listOffset(int row);

    /** LIST, MAP and ARRAY: how many elements the row has. */
    int listLength(int row);

    /** LIST and ARRAY: the elements; STRUCT: the field; MAP: a STRUCT of key and value. */
    Vector child(int index);
}
