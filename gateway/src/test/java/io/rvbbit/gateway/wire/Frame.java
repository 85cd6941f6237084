package io.rvbbit.gateway.wire;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.embedded.EmbeddedChannel;
import java.io.ByteArrayOutputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.List;

/** Frames built by hand, byte by byte, and what a decoder makes of them. */
final class Frame {
    static final int MAX_BODY = 1_000_000;

    private final ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    private final DataOutputStream out = new DataOutputStream(bytes);

    Frame int8(int value) {
        return put(() -> out.writeByte(value));
    }

    Frame int16(int value) {
        return put(() -> out.writeShort(value));
    }

    Frame int32(int value) {
        return put(() -> out.writeInt(value));
    }

    Frame string(String value) {
        return put(() -> out.write((value + "\0").getBytes(UTF_8)));
    }

    Frame raw(byte... value) {
        return put(() -> out.write(value));
    }

    /** This as the body of a message of that type. */
    byte[] message(char type) {
        return new Frame().int8(type).int32(bytes.size() + 4).raw(bytes.toByteArray()).bytes();
    }

    /** This as a packet of the startup, which has no type. */
    byte[] packet() {
        return new Frame().int32(bytes.size() + 4).raw(bytes.toByteArray()).bytes();
    }

    byte[] bytes() {
        return bytes.toByteArray();
    }

    private Frame put(Write write) {
        try {
            write.run();
            return this;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private interface Write {
        void run() throws IOException;
    }

    /** A channel past the login. */
    static EmbeddedChannel session() {
        FrontendDecoder decoder = new FrontendDecoder(MAX_BODY);
        decoder.authenticated();
        return new EmbeddedChannel(decoder);
    }

    static EmbeddedChannel startup() {
        return new EmbeddedChannel(new StartupDecoder(MAX_BODY));
    }

    /** Sends the bytes in pieces of that size and closes; all messages that came out. */
    static List<FrontendMessage> decode(EmbeddedChannel channel, byte[] bytes, int piece) {
        List<FrontendMessage> messages = new ArrayList<>();
        for (int at = 0; at < bytes.length; at += piece) {
            ByteBuf in = channel.alloc().buffer();
            in.writeBytes(bytes, at, Math.min(piece, bytes.length - at));
            channel.writeInbound(in);
        }
        boolean _ = channel.finish();
        FrontendMessage message = channel.readInbound();
        while (message != null) {
            messages.add(message);
            message = channel.readInbound();
        }
        return messages;
    }

    static List<FrontendMessage> decode(EmbeddedChannel channel, byte[] bytes) {
        return decode(channel, bytes, Math.max(bytes.length, 1));
    }

    static byte[] concat(byte[]... parts) {
        ByteBuf all = Unpooled.wrappedBuffer(parts);
        byte[] bytes = new byte[all.readableBytes()];
        all.readBytes(bytes);
        return bytes;
    }
}
