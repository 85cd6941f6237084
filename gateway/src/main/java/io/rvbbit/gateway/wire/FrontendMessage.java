package io.rvbbit.gateway.wire;

import io.rvbbit.rewriter.SqlException;
import io.rvbbit.rewriter.SqlState;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SequencedMap;
import org.jspecify.annotations.Nullable;

/**
 * What a client may say, one record per message, plus {@link Malformed} for what it may not.
 *
 * <p>Records hold strings and byte arrays, never a Netty buffer, so they may wait in a queue. Byte
 * arrays belong to the receiver; records with arrays compare by identity. Threading: immutable by
 * agreement.
 *
 * @see <a href="https://www.postgresql.org/docs/15/protocol-message-formats.html">Formats</a>
 */
@SuppressWarnings(
        "ArrayRecordComponent") // bytes on their way through; nobody compares or hashes them
public sealed interface FrontendMessage {

    /** The letter that the message has in a session; 0 for those before one. */
    default char code() {
        return switch (this) {
            case Bind _ -> 'B';
            case Close _ -> 'C';
            case Describe _ -> 'D';
            case Execute _ -> 'E';
            case FunctionCall _ -> 'F';
            case Flush _ -> 'H';
            case Parse _ -> 'P';
            case Query _ -> 'Q';
            case Sync _ -> 'S';
            case Terminate _ -> 'X';
            case CopyDone _ -> 'c';
            case CopyData _ -> 'd';
            case CopyFail _ -> 'f';
            case PasswordMessage _ -> 'p';
            case Malformed malformed -> malformed.type();
            case StartupMessage _, SslRequest _, GssEncRequest _, CancelRequest _ -> 0;
        };
    }

    /** The first packet of a session. Parameter names keep their order and their case. */
    record StartupMessage(int major, int minor, SequencedMap<String, String> parameters)
            implements FrontendMessage {
        public StartupMessage {
            parameters = Collections.unmodifiableSequencedMap(new LinkedHashMap<>(parameters));
        }

        /**
         * Protocol options ({@code _pq_.*}); those the server doesn't know it must name in its
         * answer.
         */
        public List<String> protocolOptions() {
            return parameters.keySet().stream().filter(name -> name.startsWith("_pq_.")).toList();
        }

        /** The settings among the parameters: without protocol options. */
        public Map<String, String> settings() {
            Map<String, String> settings = new LinkedHashMap<>(parameters);
            settings.keySet().removeIf(name -> name.startsWith("_pq_."));
            return Collections.unmodifiableMap(settings);
        }
    }

    /** Asks for TLS; answered by one raw byte, {@link BackendMessage.EncryptionReply}. */
    record SslRequest() implements FrontendMessage {}

    /**
     * Asks for GSSAPI encryption; answered by one raw byte, {@link BackendMessage.EncryptionReply}.
     */
    record GssEncRequest() implements FrontendMessage {}

    /** Asks, on a connection of its own, to stop what another session does; never answered. */
    record CancelRequest(int processId, byte[] secret) implements FrontendMessage {
        @Override
        public String toString() {
            return "CancelRequest[processId=" + processId + "]";
        }
    }

    /**
     * The answer to an authentication request. Which of three layouts the bytes have depends on
     * what the server asked for, so whoever asked reads them.
     */
    record PasswordMessage(byte[] body) implements FrontendMessage {

        /** The body as a clear-text or md5 password. */
        public String password() {
            MessageBody in = new MessageBody(body);
            String password = in.string();
            in.end();
            return password;
        }

        /** The body as SASLInitialResponse. */
        public SaslInitialResponse saslInitialResponse() {
            MessageBody in = new MessageBody(body);
            String mechanism = in.string();
            Optional<byte[]> data = Optional.ofNullable(in.value());
            in.end();
            return new SaslInitialResponse(mechanism, data);
        }

        /** The body as SASLResponse. */
        public byte[] saslResponse() {
            return body;
        }

        @Override
        public String toString() {
            return "PasswordMessage[]";
        }
    }

    /**
     * The chosen mechanism and, if the client sent one, its first message. Read from a password.
     */
    record SaslInitialResponse(String mechanism, Optional<byte[]> data) {
        @Override
        public String toString() {
            return "SaslInitialResponse[mechanism=" + mechanism + "]";
        }
    }

    record Query(String sql) implements FrontendMessage {}

    /** An OID of 0 (or 705, unknown) leaves the type of that parameter to the server. */
    record Parse(String statement, String sql, List<Integer> parameterTypes)
            implements FrontendMessage {
        public Parse {
            parameterTypes = List.copyOf(parameterTypes);
        }
    }

    /** Formats follow {@link Format#at}; a null parameter is SQL NULL. */
    record Bind(
            String portal,
            String statement,
            List<Format> parameterFormats,
            List<byte @Nullable []> parameters,
            List<Format> resultFormats)
            implements FrontendMessage {
        public Bind {
            parameterFormats = List.copyOf(parameterFormats);
            resultFormats = List.copyOf(resultFormats);
            if (parameterFormats.size() > 1 && parameterFormats.size() != parameters.size()) {
                throw new SqlException(
                        SqlState.PROTOCOL_VIOLATION,
                        "bind message has %d parameter formats but %d parameters"
                                .formatted(parameterFormats.size(), parameters.size()));
            }
        }
    }

    /** What Describe and Close name. */
    enum Target {
        STATEMENT,
        PORTAL
    }

    record Describe(Target target, String name) implements FrontendMessage {}

    /** {@code maxRows} of 0 or below means all. */
    record Execute(String portal, int maxRows) implements FrontendMessage {}

    record Close(Target target, String name) implements FrontendMessage {}

    record Flush() implements FrontendMessage {}

    record Sync() implements FrontendMessage {}

    record Terminate() implements FrontendMessage {}

    record CopyData(byte[] bytes) implements FrontendMessage {}

    record CopyDone() implements FrontendMessage {}

    record CopyFail(String reason) implements FrontendMessage {}

    /** The fast path, which PostgreSQL itself calls obsolete. */
    record FunctionCall(
            int function,
            List<Format> argumentFormats,
            List<byte @Nullable []> arguments,
            Format resultFormat)
            implements FrontendMessage {
        public FunctionCall {
            argumentFormats = List.copyOf(argumentFormats);
        }
    }

    /**
     * Bytes that are no message. It takes the place of the message, so the answer keeps its order.
     *
     * <p>If {@code fatal}, the stream has lost its framing: nothing more will be decoded, and the
     * connection must close once the error is sent. Otherwise only this frame was bad: the session
     * answers the error as if the message of that {@code type} had failed (0 during startup).
     */
    record Malformed(char type, SqlException failure, boolean fatal) implements FrontendMessage {
        /** Whether the session skips to the next Sync; else it says ReadyForQuery at once. */
        public boolean isExtendedQuery() {
            return "PBDECH".indexOf(type) >= 0 && type != 0;
        }
    }
}
