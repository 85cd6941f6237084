package io.rvbbit.gateway.wire;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.rvbbit.rewriter.SqlException;
import io.rvbbit.rewriter.SqlState;
import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.util.HexFormat;

/** Strict UTF-8: what a client sends is either right or refused, never repaired. */
final class Utf8 {
    private static final char REPLACEMENT = '\uFFFD';

    private Utf8() {}

    /**
     * Decodes bytes that must be well-formed.
     *
     * @throws SqlException 22021 naming the first bad bytes
     */
    static String decode(byte[] bytes, int offset, int length) {
        String text = new String(bytes, offset, length, UTF_8);
        // The quick decoder repairs silently; its mark in the result is the only case worth a
        // second look.
        if (text.indexOf(REPLACEMENT) >= 0) {
            check(bytes, offset, length);
        }
        return text;
    }

    /** The same for a value of a text type, which may not hold a zero byte either. */
    static String decodeValue(byte[] bytes) {
        for (int i = 0; i < bytes.length; i++) {
            if (bytes[i] == 0) {
                throw malformed(bytes, i, i + 1);
            }
        }
        return decode(bytes, 0, bytes.length);
    }

    /** As {@link #decodeValue}, for bytes that stay bytes. */
    static void checkValue(byte[] bytes) {
        String _ = decodeValue(bytes);
    }

    private static void check(byte[] bytes, int offset, int length) {
        ByteBuffer in = ByteBuffer.wrap(bytes, offset, length);
        if (UTF_8.newDecoder().decode(in, CharBuffer.allocate(length), true).isError()) {
            int start = in.position();
            int end = Math.min(start + lengthByLead(bytes[start]), offset + length);
            throw malformed(bytes, start, end);
        }
    }

    /**
     * How long the sequence would be if its first byte told the truth: PostgreSQL shows that many.
     */
    private static int lengthByLead(byte lead) {
        if ((lead & 0xE0) == 0xC0) {
            return 2;
        }
        if ((lead & 0xF0) == 0xE0) {
            return 3;
        }
        return (lead & 0xF8) == 0xF0 ? 4 : 1;
    }

    private static SqlException malformed(byte[] bytes, int start, int end) {
        String shown = HexFormat.ofDelimiter(" ").withPrefix("0x").formatHex(bytes, start, end);
        return new SqlException(
                SqlState.CHARACTER_NOT_IN_REPERTOIRE,
                "invalid byte sequence for encoding \"UTF8\": " + shown);
    }
}
