package io.rvbbit.udf.cache;

import java.io.ByteArrayOutputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/**
 * An answer without its row: what every statement may be given. Threading: immutable.
 *
 * @param output the last cell's structured output as JSON text, or null
 * @param outputs every cell's output as the text of a JSON object
 * @param sessionId of the session that computed it
 * @param models that were asked, {@code provider/model} separated by commas; empty for none
 * @param attempts at a model that it took
 * @param cost what it cost then, in USD; null where nobody knows
 * @param createdAt milliseconds since 1970
 */
public record StoredAnswer(
        @Nullable String value,
        @Nullable String output,
        String outputs,
        String sessionId,
        String models,
        int attempts,
        long tokensIn,
        long tokensOut,
        @Nullable String cost,
        long durationMillis,
        long createdAt) {
    private static final byte FORM = 1;
    private static final int NO_TEXT = -1;

    /** As the store keeps it. */
    byte[] encoded() {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream(256);
        try (DataOutputStream out = new DataOutputStream(bytes)) {
            out.writeByte(FORM);
            out.writeLong(createdAt);
            out.writeInt(attempts);
            out.writeLong(tokensIn);
            out.writeLong(tokensOut);
            out.writeLong(durationMillis);
            write(out, value);
            write(out, output);
            write(out, outputs);
            write(out, sessionId);
            write(out, models);
            write(out, cost);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return bytes.toByteArray();
    }

    /**
     * @throws RuntimeException for bytes that {@link #encoded} has not made
     */
    static StoredAnswer decoded(byte[] bytes) {
        ByteBuffer in = ByteBuffer.wrap(bytes);
        if (in.get() != FORM) {
            throw new IllegalArgumentException("this is no stored answer");
        }
        long createdAt = in.getLong();
        int attempts = in.getInt();
        long tokensIn = in.getLong();
        long tokensOut = in.getLong();
        long durationMillis = in.getLong();
        return new StoredAnswer(
                text(in),
                text(in),
                needed(in),
                needed(in),
                needed(in),
                attempts,
                tokensIn,
                tokensOut,
                text(in),
                durationMillis,
                createdAt);
    }

    private static void write(DataOutputStream out, @Nullable String text) throws IOException {
        if (text == null) {
            out.writeInt(NO_TEXT);
            return;
        }
        byte[] utf8 = text.getBytes(StandardCharsets.UTF_8);
        out.writeInt(utf8.length);
        out.write(utf8);
    }

    private static @Nullable String text(ByteBuffer in) {
        int length = in.getInt();
        if (length == NO_TEXT) {
            return null;
        }
        byte[] utf8 = new byte[length];
        in.get(utf8);
        return new String(utf8, StandardCharsets.UTF_8);
    }

    private static String needed(ByteBuffer in) {
        String text = text(in);
        return text == null ? "" : text;
    }
}
