package io.rvbbit.gateway.wire;

import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelHandlerContext;
import io.netty.handler.codec.ByteToMessageDecoder;
import io.rvbbit.gateway.wire.FrontendMessage.CancelRequest;
import io.rvbbit.gateway.wire.FrontendMessage.GssEncRequest;
import io.rvbbit.gateway.wire.FrontendMessage.Malformed;
import io.rvbbit.gateway.wire.FrontendMessage.SslRequest;
import io.rvbbit.gateway.wire.FrontendMessage.StartupMessage;
import io.rvbbit.rewriter.SqlException;
import io.rvbbit.rewriter.SqlState;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.SequencedMap;

/**
 * Reads the packets before the session, which have a length but no type; then makes room for {@link
 * FrontendDecoder}.
 *
 * <pre>
 * every packet     length (int32, counts itself, 8..10,000), code (int32), rest
 * SSLRequest       00 00 00 08  04 D2 16 2F        at most once
 * GSSENCRequest    00 00 00 08  04 D2 16 30        at most once, before or after SSLRequest
 * CancelRequest    length       04 D2 16 2E        process id (int32), secret (4..256 bytes)
 * StartupMessage   length       00 03 minor        (name \0 value \0)* \0
 *
 * OPEN    SSLRequest, GSSENCRequest → OPEN;  StartupMessage → replaced;  CancelRequest, error → CLOSED
 * CLOSED  all bytes are thrown away
 * </pre>
 *
 * <p>A client has to wait for the answer to a request for encryption. Bytes that came with the
 * request are refused: behind a TLS handshake they would pass for encrypted ones. Threading: event
 * loop only.
 */
public final class StartupDecoder extends ByteToMessageDecoder {
    static final int MAX_PACKET = 10_000;
    private static final int HEADER = 8;
    private static final int MIN_SECRET = 4;
    private static final int MAX_SECRET = 256;
    private static final int CANCEL = 80877102;
    private static final int SSL = 80877103;
    private static final int GSSENC = 80877104;
    private static final int MAJOR = 3;

    private final int maxBody;
    private boolean sslSeen;
    private boolean gssSeen;
    private boolean closed;

    /** {@code maxBody} bounds, in bytes, the messages of an authenticated client. */
    public StartupDecoder(int maxBody) {
        this.maxBody = maxBody;
    }

    @Override
    protected void decode(ChannelHandlerContext context, ByteBuf in, List<Object> out) {
        if (closed) {
            in.skipBytes(in.readableBytes());
            return;
        }
        try {
            if (in.readableBytes() < 4) {
                return;
            }
            int length = in.getInt(in.readerIndex());
            if (length < HEADER || length > MAX_PACKET) {
                throw violation("invalid length of startup packet");
            }
            if (in.readableBytes() < length) {
                return;
            }
            in.skipBytes(4);
            FrontendMessage message = packet(MessageBody.read(in, length - 4), in);
            out.add(message);
            if (message instanceof StartupMessage) {
                context.pipeline().replace(this, "frontend-decoder", new FrontendDecoder(maxBody));
            }
        } catch (SqlException failure) {
            closed = true;
            in.skipBytes(in.readableBytes());
            out.add(new Malformed('\0', failure, true));
        }
    }

    private FrontendMessage packet(MessageBody body, ByteBuf following) {
        int code = body.int32();
        return switch (code) {
            case SSL -> {
                requireOnce(sslSeen, body, following, "SSL");
                sslSeen = true;
                yield new SslRequest();
            }
            case GSSENC -> {
                requireOnce(gssSeen, body, following, "GSSAPI encryption");
                gssSeen = true;
                yield new GssEncRequest();
            }
            case CANCEL -> cancel(body);
            default -> startup(code >>> 16, code & 0xFFFF, body);
        };
    }

    private static void requireOnce(
            boolean seen, MessageBody body, ByteBuf following, String request) {
        if (seen) {
            throw violation("repeated " + request + " request");
        }
        if (!body.atEnd()) {
            throw violation("invalid length of " + request + " request");
        }
        if (following.isReadable()) {
            throw violation("received unencrypted data after " + request + " request");
        }
    }

    private CancelRequest cancel(MessageBody body) {
        int processId = body.int32();
        byte[] secret = body.rest();
        if (secret.length < MIN_SECRET || secret.length > MAX_SECRET) {
            throw violation("invalid length of cancel request");
        }
        closed = true;
        return new CancelRequest(processId, secret);
    }

    private static StartupMessage startup(int major, int minor, MessageBody body) {
        if (major != MAJOR) {
            throw new SqlException(
                    SqlState.FEATURE_NOT_SUPPORTED,
                    "unsupported frontend protocol %d.%d: server supports 3"
                            .formatted(major, minor));
        }
        SequencedMap<String, String> parameters = new LinkedHashMap<>();
        while (true) {
            if (body.atEnd()) {
                throw layout();
            }
            String name = body.string();
            if (name.isEmpty()) {
                break;
            }
            parameters.put(name, body.string());
        }
        if (!body.atEnd()) {
            throw layout();
        }
        return new StartupMessage(major, minor, parameters);
    }

    private static SqlException layout() {
        return violation("invalid startup packet layout: expected terminator as last byte");
    }

    private static SqlException violation(String message) {
        return new SqlException(SqlState.PROTOCOL_VIOLATION, message);
    }
}
