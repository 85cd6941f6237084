package io.rvbbit.gateway.wire;

import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelHandlerContext;
import io.netty.handler.codec.ByteToMessageDecoder;
import io.rvbbit.gateway.wire.FrontendMessage.Bind;
import io.rvbbit.gateway.wire.FrontendMessage.Close;
import io.rvbbit.gateway.wire.FrontendMessage.CopyData;
import io.rvbbit.gateway.wire.FrontendMessage.CopyDone;
import io.rvbbit.gateway.wire.FrontendMessage.CopyFail;
import io.rvbbit.gateway.wire.FrontendMessage.Describe;
import io.rvbbit.gateway.wire.FrontendMessage.Execute;
import io.rvbbit.gateway.wire.FrontendMessage.Flush;
import io.rvbbit.gateway.wire.FrontendMessage.FunctionCall;
import io.rvbbit.gateway.wire.FrontendMessage.Malformed;
import io.rvbbit.gateway.wire.FrontendMessage.Parse;
import io.rvbbit.gateway.wire.FrontendMessage.PasswordMessage;
import io.rvbbit.gateway.wire.FrontendMessage.Query;
import io.rvbbit.gateway.wire.FrontendMessage.Sync;
import io.rvbbit.gateway.wire.FrontendMessage.Target;
import io.rvbbit.gateway.wire.FrontendMessage.Terminate;
import io.rvbbit.rewriter.SqlException;
import io.rvbbit.rewriter.SqlState;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Cuts the stream of a session into frames and each frame into a {@link FrontendMessage}.
 *
 * <pre>
 * frame    type (1 byte), length (int32, counts itself but not the type), body
 *
 * AUTHENTICATING   bodies up to 10,000 bytes;  AuthenticationOk leaves → READY
 * READY            bodies up to maxBody bytes;  unknown type, bad length → LOST
 * LOST             all bytes are thrown away
 * </pre>
 *
 * <p>A bad type or length costs the framing: one fatal {@link Malformed}, then silence. A bad body
 * inside a good frame costs that message alone. Bodies are measured before they are buffered.
 * Threading: event loop only.
 *
 * @see <a href="https://www.postgresql.org/docs/15/protocol-message-formats.html">Formats</a>
 */
public final class FrontendDecoder extends ByteToMessageDecoder {
    private static final int MAX_BODY_BEFORE_AUTHENTICATION = StartupDecoder.MAX_PACKET;
    private static final String TYPES = "BCDEFHPQSXcdfp";

    private final int maxBody;
    private boolean authenticated;
    private boolean lost;

    FrontendDecoder(int maxBody) {
        this.maxBody = maxBody;
    }

    /** The client is known: long messages are welcome. Told by the encoder of AuthenticationOk. */
    void authenticated() {
        authenticated = true;
    }

    @Override
    protected void decode(ChannelHandlerContext context, ByteBuf in, List<Object> out) {
        if (lost) {
            in.skipBytes(in.readableBytes());
            return;
        }
        char type = (char) in.getUnsignedByte(in.readerIndex());
        SqlException framing = framingFailure(type, in);
        if (framing != null) {
            lost = true;
            in.skipBytes(in.readableBytes());
            out.add(new Malformed(type, framing, true));
            return;
        }
        if (in.readableBytes() < 5) {
            return;
        }
        int body = in.getInt(in.readerIndex() + 1) - 4;
        if (in.readableBytes() < 5 + body) {
            return;
        }
        in.skipBytes(5);
        out.add(message(type, MessageBody.read(in, body)));
    }

    /** What is wrong with as much of the header as has arrived. */
    private @Nullable SqlException framingFailure(char type, ByteBuf in) {
        if (TYPES.indexOf(type) < 0) {
            return new SqlException(
                    SqlState.PROTOCOL_VIOLATION, "invalid frontend message type " + (int) type);
        }
        if (in.readableBytes() < 5) {
            return null;
        }
        int length = in.getInt(in.readerIndex() + 1);
        if (length < 4) {
            return new SqlException(SqlState.PROTOCOL_VIOLATION, "invalid message length");
        }
        int bound = authenticated ? maxBody : Math.min(maxBody, MAX_BODY_BEFORE_AUTHENTICATION);
        if (length - 4 > bound) {
            return new SqlException(
                            SqlState.PROTOCOL_VIOLATION,
                            "message of %d bytes is too long".formatted(length - 4))
                    .detail("The bound is %d bytes.".formatted(bound));
        }
        return null;
    }

    private static FrontendMessage message(char type, MessageBody body) {
        try {
            FrontendMessage message = parse(type, body);
            body.end();
            return message;
        } catch (SqlException failure) {
            return new Malformed(type, failure, false);
        }
    }

    private static FrontendMessage parse(char type, MessageBody body) {
        return switch (type) {
            case 'B' -> bind(body);
            case 'C' -> new Close(target("CLOSE", body), body.string());
            case 'D' -> new Describe(target("DESCRIBE", body), body.string());
            case 'E' -> new Execute(body.string(), body.int32());
            case 'F' -> functionCall(body);
            case 'H' -> new Flush();
            case 'P' -> new Parse(body.string(), body.string(), body.list(4, _ -> body.int32()));
            case 'Q' -> new Query(body.string());
            case 'S' -> new Sync();
            case 'X' -> new Terminate();
            case 'c' -> new CopyDone();
            case 'd' -> new CopyData(body.rest());
            case 'f' -> new CopyFail(body.string());
            case 'p' -> new PasswordMessage(body.rest());
            default -> throw MessageBody.invalid();
        };
    }

    private static Bind bind(MessageBody body) {
        String portal = body.string();
        String statement = body.string();
        List<Format> parameterFormats = body.formats();
        List<byte @Nullable []> parameters = body.list(4, _ -> body.value());
        return new Bind(portal, statement, parameterFormats, parameters, body.formats());
    }

    private static FunctionCall functionCall(MessageBody body) {
        int function = body.int32();
        List<Format> formats = body.formats();
        List<byte @Nullable []> arguments = body.list(4, _ -> body.value());
        return new FunctionCall(function, formats, arguments, Format.ofCode(body.unsigned16()));
    }

    private static Target target(String message, MessageBody body) {
        byte kind = body.int8();
        return switch (kind) {
            case 'S' -> Target.STATEMENT;
            case 'P' -> Target.PORTAL;
            default ->
                    throw new SqlException(
                            SqlState.PROTOCOL_VIOLATION,
                            "invalid %s message subtype %d".formatted(message, kind));
        };
    }
}
