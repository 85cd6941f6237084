package io.rvbbit.gateway.wire;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelFuture;
import io.netty.channel.embedded.EmbeddedChannel;
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
import io.rvbbit.gateway.wire.BackendMessage.TransactionStatus;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class BackendEncoderTest {
    @SuppressWarnings("ArrayRecordComponent")
    record Case(BackendMessage message, byte[] bytes) {}

    private static final byte[] TWO = {1, 2};

    static Stream<Case> messages() {
        return Stream.of(
                message(EncryptionReply.DECLINED, new byte[] {'N'}),
                message(new AuthenticationOk(), new Frame().int32(0).message('R')),
                message(new AuthenticationCleartextPassword(), new Frame().int32(3).message('R')),
                message(
                        new AuthenticationSasl(List.of("SCRAM-SHA-256-PLUS", "SCRAM-SHA-256")),
                        new Frame()
                                .int32(10)
                                .string("SCRAM-SHA-256-PLUS")
                                .string("SCRAM-SHA-256")
                                .int8(0)
                                .message('R')),
                message(
                        new AuthenticationSaslContinue(TWO),
                        new Frame().int32(11).raw(TWO).message('R')),
                message(
                        new AuthenticationSaslFinal(TWO),
                        new Frame().int32(12).raw(TWO).message('R')),
                message(
                        new ParameterStatus("TimeZone", "UTC"),
                        new Frame().string("TimeZone").string("UTC").message('S')),
                message(
                        new BackendKeyData(7, new byte[] {9, 8, 7, 6}),
                        new Frame().int32(7).int32(0x09080706).message('K')),
                message(
                        new NegotiateProtocolVersion(3, 2, List.of("_pq_.new")),
                        new Frame().int32(3 << 16 | 2).int32(1).string("_pq_.new").message('v')),
                message(
                        new ReadyForQuery(TransactionStatus.IDLE),
                        new Frame().int8('I').message('Z')),
                message(
                        new ReadyForQuery(TransactionStatus.IN_TRANSACTION),
                        new Frame().int8('T').message('Z')),
                message(
                        new ReadyForQuery(TransactionStatus.FAILED),
                        new Frame().int8('E').message('Z')),
                message(
                        new RowDescription(
                                List.of(
                                        new Field("größe", 16_384, 2, 1043, -1, 9, Format.TEXT),
                                        Field.computed("n", PgType.INT8, -1, Format.BINARY))),
                        new Frame()
                                .int16(2)
                                .string("größe")
                                .int32(16_384)
                                .int16(2)
                                .int32(1043)
                                .int16(-1)
                                .int32(9)
                                .int16(0)
                                .string("n")
                                .int32(0)
                                .int16(0)
                                .int32(20)
                                .int16(8)
                                .int32(-1)
                                .int16(1)
                                .message('T')),
                message(
                        new ParameterDescription(List.of(23, 25)),
                        new Frame().int16(2).int32(23).int32(25).message('t')),
                message(new NoData(), new Frame().message('n')),
                message(new ParseComplete(), new Frame().message('1')),
                message(new BindComplete(), new Frame().message('2')),
                message(new CloseComplete(), new Frame().message('3')),
                message(
                        new CommandComplete("SELECT 3"),
                        new Frame().string("SELECT 3").message('C')),
                message(new EmptyQueryResponse(), new Frame().message('I')),
                message(new PortalSuspended(), new Frame().message('s')),
                message(
                        new ErrorResponse(List.of(new ResponseField('C', "42601"))),
                        new Frame().int8('C').string("42601").int8(0).message('E')),
                message(
                        new NoticeResponse(List.of(new ResponseField('M', "é"))),
                        new Frame().int8('M').string("é").int8(0).message('N')),
                message(
                        new NotificationResponse(5, "channel", ""),
                        new Frame().int32(5).string("channel").string("").message('A')),
                message(
                        new CopyInResponse(Format.TEXT, List.of(Format.TEXT, Format.TEXT)),
                        new Frame().int8(0).int16(2).int16(0).int16(0).message('G')),
                message(
                        new CopyOutResponse(Format.BINARY, List.of(Format.BINARY)),
                        new Frame().int8(1).int16(1).int16(1).message('H')),
                message(new CopyDone(), new Frame().message('c')));
    }

    private static Case message(BackendMessage message, byte[] bytes) {
        return new Case(message, bytes);
    }

    @ParameterizedTest
    @MethodSource("messages")
    void each_message_has_the_bytes_of_the_protocol(Case expected) {
        EmbeddedChannel channel = new EmbeddedChannel(new BackendEncoder());

        assertThat(channel.writeOutbound(expected.message())).isTrue();

        assertThat(next(channel)).containsExactly(expected.bytes());
        assertThat(channel.finish()).isFalse();
    }

    @Test
    void no_message_is_left_out_of_the_table() {
        Set<Class<?>> tested = new HashSet<>();
        messages().forEach(tried -> tested.add(tried.message().getClass()));

        assertThat(tested).containsExactlyInAnyOrder(BackendMessage.class.getPermittedSubclasses());
    }

    @Test
    void a_message_that_cannot_be_encoded_fails_alone() {
        EmbeddedChannel channel = new EmbeddedChannel(new BackendEncoder());
        ChannelFuture good = channel.write(new ParseComplete());
        ChannelFuture bad = channel.write(new ParameterStatus("name", "a\0b"));
        channel.flush();

        assertThat(good.isSuccess()).isTrue();
        assertThat(bad.cause()).hasCauseInstanceOf(IllegalArgumentException.class);
        assertThat(next(channel)).containsExactly(new Frame().message('1'));
        assertThat(channel.finish()).isFalse();
    }

    @Test
    void other_objects_pass_through() {
        EmbeddedChannel channel = new EmbeddedChannel(new BackendEncoder());

        assertThat(channel.writeOutbound("something else")).isTrue();

        assertThat(channel.<String>readOutbound()).isEqualTo("something else");
        assertThat(channel.finish()).isFalse();
    }

    @Test
    void secrets_do_not_show_in_texts() {
        assertThat(new BackendKeyData(7, new byte[] {11, 12, 13, 14}).toString())
                .isEqualTo("BackendKeyData[processId=7]");
        assertThatThrownBy(() -> new EncryptionReply('x'))
                .isInstanceOf(IllegalArgumentException.class);
    }

    private static byte[] next(EmbeddedChannel channel) {
        ByteBuf out = channel.readOutbound();
        byte[] bytes = new byte[out.readableBytes()];
        out.readBytes(bytes);
        out.release();
        return bytes;
    }
}
