package io.rvbbit.gateway.wire;

import io.netty.buffer.ByteBuf;
import io.rvbbit.rewriter.SqlException;
import io.rvbbit.rewriter.SqlState;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.function.IntFunction;
import org.jspecify.annotations.Nullable;

/**
 * A cursor over one complete message body; every read is checked against the end.
 *
 * <p>It works on a copy of the bytes, so no buffer outlives the decoder. Threading: one thread.
 */
final class MessageBody {
    private final byte[] bytes;
    private final ByteBuffer in;

    MessageBody(byte[] bytes) {
        this.bytes = bytes;
        this.in = ByteBuffer.wrap(bytes);
    }

    /** Copies and consumes the next {@code length} bytes of a buffer. */
    static MessageBody read(ByteBuf from, int length) {
        byte[] copy = new byte[length];
        from.readBytes(copy);
        return new MessageBody(copy);
    }

    byte int8() {
        need(1);
        return in.get();
    }

    /** Counts and codes on this protocol are unsigned. */
    int unsigned16() {
        need(2);
        return Short.toUnsignedInt(in.getShort());
    }

    int int32() {
        need(4);
        return in.getInt();
    }

    short int16() {
        need(2);
        return in.getShort();
    }

    long int64() {
        need(8);
        return in.getLong();
    }

    int remaining() {
        return in.remaining();
    }

    /** Text up to its zero byte, which is consumed. */
    String string() {
        int start = in.position();
        for (int i = start; i < bytes.length; i++) {
            if (bytes[i] == 0) {
                in.position(i + 1);
                return Utf8.decode(bytes, start, i - start);
            }
        }
        throw new SqlException(SqlState.PROTOCOL_VIOLATION, "invalid string in message");
    }

    /** A value with its length before it; length -1 is null. */
    byte @Nullable [] value() {
        int length = int32();
        if (length == -1) {
            return null;
        }
        if (length < 0) {
            throw invalid();
        }
        need(length);
        byte[] value = new byte[length];
        in.get(value);
        return value;
    }

    byte[] rest() {
        byte[] rest = new byte[in.remaining()];
        in.get(rest);
        return rest;
    }

    /** A 16-bit count and that many elements; {@code size} is the least that one takes. */
    <T extends @Nullable Object> List<T> list(int size, IntFunction<T> element) {
        int count = unsigned16();
        need((long) count * size); // before memory is set aside for what cannot be there
        List<T> list = new ArrayList<>(count);
        for (int i = 0; i < count; i++) {
            list.add(element.apply(i));
        }
        return list;
    }

    List<Format> formats() {
        return list(2, _ -> Format.ofCode(unsigned16()));
    }

    boolean atEnd() {
        return !in.hasRemaining();
    }

    /** Refuses bytes that nobody asked for. */
    void end() {
        if (in.hasRemaining()) {
            throw invalid();
        }
    }

    private void need(long count) {
        if (in.remaining() < count) {
            throw new SqlException(
                    SqlState.PROTOCOL_VIOLATION, "insufficient data left in message");
        }
    }

    static SqlException invalid() {
        return new SqlException(SqlState.PROTOCOL_VIOLATION, "invalid message format");
    }
}
