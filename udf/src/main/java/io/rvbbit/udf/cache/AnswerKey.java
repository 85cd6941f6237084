package io.rvbbit.udf.cache;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;

/**
 * What makes two cascade calls the same, whoever makes them: 128 bits of a SHA-256.
 *
 * <p>Threading: immutable.
 *
 * @param cascade 64 bits of the hash of the cascade's id, so that its answers lie together
 */
public record AnswerKey(long cascade, long high, long low) implements Comparable<AnswerKey> {
    /** The part of the key by which all answers of a cascade are found. */
    static long cascadePart(String cascadeId) {
        return ByteBuffer.wrap(sha256().digest(utf8(cascadeId))).getLong();
    }

    static MessageDigest sha256() {
        try {
            return MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java runtime has SHA-256", e);
        }
    }

    static byte[] utf8(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    @Override
    public int compareTo(AnswerKey other) {
        int order = Long.compare(cascade, other.cascade);
        if (order == 0) {
            order = Long.compare(high, other.high);
        }
        return order == 0 ? Long.compare(low, other.low) : order;
    }
}
