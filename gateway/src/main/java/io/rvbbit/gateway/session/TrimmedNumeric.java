package io.rvbbit.gateway.session;

import io.rvbbit.gateway.wire.BinaryFormat;
import io.rvbbit.gateway.wire.RowBuffer;
import io.rvbbit.gateway.wire.TextFormat;
import java.math.BigInteger;

/** A numeric without the zeros at its end. Threading: stateless. */
final class TrimmedNumeric {
    private TrimmedNumeric() {}

    static void text(RowBuffer out, BigInteger unscaled, int scale) {
        int zeros = zeros(unscaled, scale);
        TextFormat.numeric(out, unscaled.divide(BigInteger.TEN.pow(zeros)), scale - zeros);
    }

    static void binary(RowBuffer out, BigInteger unscaled, int scale) {
        int zeros = zeros(unscaled, scale);
        BinaryFormat.numeric(out, unscaled.divide(BigInteger.TEN.pow(zeros)), scale - zeros);
    }

    private static int zeros(BigInteger unscaled, int scale) {
        int zeros = 0;
        BigInteger rest = unscaled;
        while (zeros < scale) {
            BigInteger[] parts = rest.divideAndRemainder(BigInteger.TEN);
            if (parts[1].signum() != 0) {
                break;
            }
            rest = parts[0];
            zeros++;
        }
        return zeros;
    }
}
