package io.rvbbit.gateway.wire;

import java.util.List;

/**
 * What the server may say, one record per message; {@link MessageWriter} turns them into bytes.
 *
 * <p>Byte arrays are handed over: the sender doesn't touch them until the write is done. Threading:
 * immutable by agreement.
 *
 * @see <a href="https://www.postgresql.org/docs/15/protocol-message-formats.html">Formats</a>
 */
@SuppressWarnings(
        "ArrayRecordComponent") // bytes on their way through; nobody compares or hashes them
public sealed interface BackendMessage {

    /** The one raw byte that answers SSLRequest or GSSENCRequest: S and G accept, N declines. */
    record EncryptionReply(char answer) implements BackendMessage {
        public static final EncryptionReply DECLINED = new EncryptionReply('N');

        public EncryptionReply {
            if ("SGN".indexOf(answer) < 0) {
                throw new IllegalArgumentException("no such answer: " + answer);
            }
        }
    }

    record AuthenticationOk() implements BackendMessage {}

    record AuthenticationCleartextPassword() implements BackendMessage {}

    /** The offered mechanisms, best first. */
    record AuthenticationSasl(List<String> mechanisms) implements BackendMessage {
        public AuthenticationSasl {
            mechanisms = List.copyOf(mechanisms);
        }
    }

    record AuthenticationSaslContinue(byte[] data) implements BackendMessage {}

    record AuthenticationSaslFinal(byte[] data) implements BackendMessage {}

    record ParameterStatus(String name, String value) implements BackendMessage {}

    /**
     * What a CancelRequest must repeat. The secret has 4 bytes in protocol 3.0, up to 256 in 3.2.
     */
    record BackendKeyData(int processId, byte[] secret) implements BackendMessage {
        @Override
        public String toString() {
            return "BackendKeyData[processId=" + processId + "]";
        }
    }

    /** The newest version that the server speaks, and the {@code _pq_.} options it doesn't know. */
    record NegotiateProtocolVersion(int major, int minor, List<String> unknownOptions)
            implements BackendMessage {
        public NegotiateProtocolVersion {
            unknownOptions = List.copyOf(unknownOptions);
        }
    }

    /** The last byte of ReadyForQuery. */
    enum TransactionStatus {
        IDLE('I'),
        IN_TRANSACTION('T'),
        FAILED('E');

        private final char code;

        TransactionStatus(char code) {
            this.code = code;
        }

        char code() {
            return code;
        }
    }

    record ReadyForQuery(TransactionStatus status) implements BackendMessage {}

    /**
     * One column of a result. Table OID and attribute number are 0 where the column is none of a
     * table's; the modifier is -1 where the type has none.
     */
    record Field(
            String name,
            int tableOid,
            int attributeNumber,
            int typeOid,
            int typeLength,
            int typeModifier,
            Format format) {

        /** A column that belongs to no table. */
        public static Field computed(String name, PgType type, int typeModifier, Format format) {
            return new Field(name, 0, 0, type.oid(), type.length(), typeModifier, format);
        }

        public Field withFormat(Format newFormat) {
            return new Field(
                    name, tableOid, attributeNumber, typeOid, typeLength, typeModifier, newFormat);
        }
    }

    record RowDescription(List<Field> fields) implements BackendMessage {
        public RowDescription {
            fields = List.copyOf(fields);
        }
    }

    record ParameterDescription(List<Integer> typeOids) implements BackendMessage {
        public ParameterDescription {
            typeOids = List.copyOf(typeOids);
        }
    }

    record NoData() implements BackendMessage {}

    record ParseComplete() implements BackendMessage {}

    record BindComplete() implements BackendMessage {}

    record CloseComplete() implements BackendMessage {}

    record CommandComplete(String tag) implements BackendMessage {}

    record EmptyQueryResponse() implements BackendMessage {}

    record PortalSuspended() implements BackendMessage {}

    /** One field of an error or notice; the code letter says which. */
    record ResponseField(char code, String value) {}

    record ErrorResponse(List<ResponseField> fields) implements BackendMessage {
        public ErrorResponse {
            fields = List.copyOf(fields);
        }
    }

    record NoticeResponse(List<ResponseField> fields) implements BackendMessage {
        public NoticeResponse {
            fields = List.copyOf(fields);
        }
    }

    record NotificationResponse(int processId, String channel, String payload)
            implements BackendMessage {}

    /**
     * The server waits for CopyData; the formats of the columns, all text unless copying binary.
     */
    record CopyInResponse(Format format, List<Format> columns) implements BackendMessage {
        public CopyInResponse {
            columns = List.copyOf(columns);
        }
    }

    record CopyOutResponse(Format format, List<Format> columns) implements BackendMessage {
        public CopyOutResponse {
            columns = List.copyOf(columns);
        }
    }

    record CopyDone() implements BackendMessage {}
}
