package io.rvbbit.udf;

import io.rvbbit.udf.cascade.Cascade;
import io.rvbbit.udf.cascade.Invocation.Overrides;

/**
 * What makes two cascade calls of one statement the same: the first 128 bits of a SHA-256 over
 * cascade, overrides, input and staged rows.
 *
 * <p>Threading: immutable.
 */
record CallKey(long high, long low) {
    private static final int HEX_DIGITS = 16;

    static CallKey of(Cascade cascade, Overrides overrides, String inputHash, String rowsHash) {
        String hex =
                Input.sha256(
                        String.join(
                                "\n",
                                cascade.file(),
                                cascade.contentHash(),
                                overrides.toString(),
                                inputHash,
                                rowsHash));
        return new CallKey(
                Long.parseUnsignedLong(hex, 0, HEX_DIGITS, HEX_DIGITS),
                Long.parseUnsignedLong(hex, HEX_DIGITS, 2 * HEX_DIGITS, HEX_DIGITS));
    }
}
