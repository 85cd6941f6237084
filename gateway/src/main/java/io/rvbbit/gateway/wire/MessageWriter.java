package io.rvbbit.gateway.wire;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.netty.buffer.ByteBuf;
import io.rvbbit.gateway.wire.BackendMessage.AuthenticationCleartextPassword;
import io.rvbbit.gateway.wire.BackendMessage.AuthenticationOk;
import io.rvbbit.gateway.wire.BackendMessage.AuthenticationSasl;
import io.rvbbit.gateway.wire.BackendMessage.AuthenticationSaslContinue;
import io.rvbbit.gateway.wire.BackendMessage.AuthenticationSaslFinal;
import io.rvbbit.gateway.wire.BackendMessage.BackendKeyData;
import io.rvbbit.gateway.wire.BackendMessage.BindComplete;
import io.rvbbit.gateway.wire.BackendMessage.CloseComplete;
import io.rvbbit.gateway.wire.BackendMessage.CommandComplete;
import io.rvbbit.gateway.wire.BackendMessage.CopyDone;
import io.rvbbit.gateway.wire.BackendMessage.CopyInResponse;
import io.rvbbit.gateway.wire.BackendMessage.CopyOutResponse;
import io.rvbbit.gateway.wire.BackendMessage.EmptyQueryResponse;
import io.rvbbit.gateway.wire.BackendMessage.EncryptionReply;
import io.rvbbit.gateway.wire.BackendMessage.ErrorResponse;
import io.rvbbit.gateway.wire.BackendMessage.Field;
import io.rvbbit.gateway.wire.BackendMessage.NegotiateProtocolVersion;
import io.rvbbit.gateway.wire.BackendMessage.NoData;
import io.rvbbit.gateway.wire.BackendMessage.NoticeResponse;
import io.rvbbit.gateway.wire.BackendMessage.NotificationResponse;
import io.rvbbit.gateway.wire.BackendMessage.ParameterDescription;
import io.rvbbit.gateway.wire.BackendMessage.ParameterStatus;
import io.rvbbit.gateway.wire.BackendMessage.ParseComplete;
import io.rvbbit.gateway.wire.BackendMessage.PortalSuspended;
import io.rvbbit.gateway.wire.BackendMessage.ReadyForQuery;
import io.rvbbit.gateway.wire.BackendMessage.ResponseField;
import io.rvbbit.gateway.wire.BackendMessage.RowDescription;
import java.util.List;

/**
 * Lays out one server message after the other in a buffer it doesn't own. Threading: one thread.
 */
public final class MessageWriter {
    private final ByteBuf out;

    public MessageWriter(ByteBuf out) {
        this.out = out;
    }

    /**
     * @throws IllegalArgumentException for a text that holds a zero byte, when part of the message
     *     may be in the buffer
     */
    public void write(BackendMessage message) {
        switch (message) {
            case EncryptionReply reply -> out.writeByte(reply.answer());
            case AuthenticationOk _ -> authentication(0, new byte[0]);
            case AuthenticationCleartextPassword _ -> authentication(3, new byte[0]);
            case AuthenticationSasl sasl -> authenticationSasl(sasl);
            case AuthenticationSaslContinue sasl -> authentication(11, sasl.data());
            case AuthenticationSaslFinal sasl -> authentication(12, sasl.data());
            case ParameterStatus status -> strings('S', status.name(), status.value());
            case BackendKeyData key -> backendKeyData(key);
            case NegotiateProtocolVersion version -> negotiateProtocolVersion(version);
            case ReadyForQuery ready -> readyForQuery(ready);
            case RowDescription description -> rowDescription(description);
            case ParameterDescription description -> parameterDescription(description);
            case NoData _ -> empty('n');
            case ParseComplete _ -> empty('1');
            case BindComplete _ -> empty('2');
            case CloseComplete _ -> empty('3');
            case CommandComplete complete -> strings('C', complete.tag());
            case EmptyQueryResponse _ -> empty('I');
            case PortalSuspended _ -> empty('s');
            case ErrorResponse error -> response('E', error.fields());
            case NoticeResponse notice -> response('N', notice.fields());
            case NotificationResponse notification -> notification(notification);
            case CopyInResponse copy -> copyResponse('G', copy.format(), copy.columns());
            case CopyOutResponse copy -> copyResponse('H', copy.format(), copy.columns());
            case CopyDone _ -> empty('c');
        }
    }

    private int begin(char type) {
        out.writeByte(type);
        int start = out.writerIndex();
        out.writeInt(0);
        return start;
    }

    private void end(int start) {
        out.setInt(start, out.writerIndex() - start);
    }

    private void empty(char type) {
        end(begin(type));
    }

    private void strings(char type, String... values) {
        int start = begin(type);
        for (String value : values) {
            string(value);
        }
        end(start);
    }

    /**
     * Text and a zero byte; a zero inside would shift all that follows, so it ends the program's
     * error here.
     */
    private void string(String value) {
        if (value.indexOf('\0') >= 0) {
            throw new IllegalArgumentException("a string on the wire holds a zero character");
        }
        out.writeCharSequence(value, UTF_8);
        out.writeByte(0);
    }

    private void authentication(int request, byte[] data) {
        int start = begin('R');
        out.writeInt(request);
        out.writeBytes(data);
        end(start);
    }

    private void authenticationSasl(AuthenticationSasl sasl) {
        int start = begin('R');
        out.writeInt(10);
        sasl.mechanisms().forEach(this::string);
        out.writeByte(0);
        end(start);
    }

    private void backendKeyData(BackendKeyData key) {
        int start = begin('K');
        out.writeInt(key.processId());
        out.writeBytes(key.secret());
        end(start);
    }

    /**
     * PostgreSQL sends the whole version number here, not the minor one alone, and libpq expects
     * it.
     */
    private void negotiateProtocolVersion(NegotiateProtocolVersion version) {
        int start = begin('v');
        out.writeInt(version.major() << 16 | version.minor());
        out.writeInt(version.unknownOptions().size());
        version.unknownOptions().forEach(this::string);
        end(start);
    }

    private void readyForQuery(ReadyForQuery ready) {
        int start = begin('Z');
        out.writeByte(ready.status().code());
        end(start);
    }

    private void rowDescription(RowDescription description) {
        int start = begin('T');
        out.writeShort(description.fields().size());
        for (Field field : description.fields()) {
            string(field.name());
            out.writeInt(field.tableOid());
            out.writeShort(field.attributeNumber());
            out.writeInt(field.typeOid());
            out.writeShort(field.typeLength());
            out.writeInt(field.typeModifier());
            out.writeShort(field.format().code());
        }
        end(start);
    }

    private void parameterDescription(ParameterDescription description) {
        int start = begin('t');
        out.writeShort(description.typeOids().size());
        description.typeOids().forEach(out::writeInt);
        end(start);
    }

    private void response(char type, List<ResponseField> fields) {
        int start = begin(type);
        for (ResponseField field : fields) {
            out.writeByte(field.code());
            string(field.value());
        }
        out.writeByte(0);
        end(start);
    }

    private void notification(NotificationResponse notification) {
        int start = begin('A');
        out.writeInt(notification.processId());
        string(notification.channel());
        string(notification.payload());
        end(start);
    }

    private void copyResponse(char type, Format format, List<Format> columns) {
        int start = begin(type);
        out.writeByte(format.code());
        out.writeShort(columns.size());
        columns.forEach(column -> out.writeShort(column.code()));
        end(start);
    }
}
