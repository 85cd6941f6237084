package io.rvbbit.gateway.wire;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.netty.buffer.Unpooled;
import io.netty.channel.embedded.EmbeddedChannel;
import io.rvbbit.gateway.wire.FrontendMessage.CancelRequest;
import io.rvbbit.gateway.wire.FrontendMessage.GssEncRequest;
import io.rvbbit.gateway.wire.FrontendMessage.Malformed;
import io.rvbbit.gateway.wire.FrontendMessage.Query;
import io.rvbbit.gateway.wire.FrontendMessage.SslRequest;
import io.rvbbit.gateway.wire.FrontendMessage.StartupMessage;
import io.rvbbit.rewriter.SqlState;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class StartupDecoderTest {
    private static final byte[] SSL = new Frame().int32(80877103).packet();
    private static final byte[] GSSENC = new Frame().int32(80877104).packet();
    private static final byte[] STARTUP =
            new Frame()
                    .int32(3 << 16)
                    .string("user")
                    .string("rvbbit")
                    .string("_pq_.new")
                    .string("1")
                    .string("database")
                    .string("défaut")
                    .int8(0)
                    .packet();

    @Test
    void startup_is_read_however_split_and_makes_room_for_the_session() {
        byte[] bytes = Frame.concat(STARTUP, new Frame().string("select 1").message('Q'));
        for (int piece = 1; piece <= bytes.length; piece++) {
            EmbeddedChannel channel = Frame.startup();

            List<FrontendMessage> messages = Frame.decode(channel, bytes, piece);

            assertThat(messages).hasSize(2);
            StartupMessage startup = (StartupMessage) messages.getFirst();
            assertThat(startup.major()).isEqualTo(3);
            assertThat(startup.minor()).isZero();
            assertThat(startup.parameters().keySet())
                    .containsExactly("user", "_pq_.new", "database");
            assertThat(startup.settings()).containsOnlyKeys("user", "database");
            assertThat(startup.protocolOptions()).containsExactly("_pq_.new");
            assertThat(startup.parameters()).containsEntry("database", "défaut");
            assertThat(messages.getLast()).isEqualTo(new Query("select 1"));
        }
    }

    @Test
    void requests_for_encryption_come_in_either_order_before_startup() {
        assertThat(types(send(SSL, GSSENC, STARTUP)))
                .containsExactly(SslRequest.class, GssEncRequest.class, StartupMessage.class);
        assertThat(types(send(GSSENC, SSL, STARTUP)))
                .containsExactly(GssEncRequest.class, SslRequest.class, StartupMessage.class);
    }

    @Test
    void a_repeated_request_for_encryption_is_refused() {
        assertViolation(send(SSL, SSL).getLast(), "repeated SSL request");
        assertViolation(send(GSSENC, SSL, GSSENC).getLast(), "repeated GSSAPI encryption request");
    }

    @Test
    void bytes_behind_a_request_for_encryption_are_refused() {
        assertViolation(
                send(Frame.concat(SSL, STARTUP)).getLast(),
                "received unencrypted data after SSL request");
    }

    @Test
    void a_newer_minor_version_is_handed_on_and_another_major_refused() {
        StartupMessage grease =
                (StartupMessage)
                        send(new Frame().int32(3 << 16 | 9999).int8(0).packet()).getFirst();
        Malformed old = (Malformed) send(new Frame().int32(2 << 16).int8(0).packet()).getFirst();

        assertThat(grease.minor()).isEqualTo(9999);
        assertThat(old.failure().state()).isEqualTo(SqlState.FEATURE_NOT_SUPPORTED);
        assertThat(old.failure())
                .hasMessage("unsupported frontend protocol 2.0: server supports 3");
        assertThat(old.fatal()).isTrue();
    }

    @Test
    void a_cancel_request_carries_its_secret_and_is_the_last_word() {
        byte[] bytes = new Frame().int32(80877102).int32(42).int32(0x01020304).packet();

        List<FrontendMessage> messages = send(bytes, STARTUP);

        assertThat(messages).hasSize(1);
        CancelRequest cancel = (CancelRequest) messages.getFirst();
        assertThat(cancel.processId()).isEqualTo(42);
        assertThat(cancel.secret()).containsExactly(1, 2, 3, 4);
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 3, 257})
    void a_cancel_request_with_a_secret_of_no_such_size_is_refused(int size) {
        byte[] bytes = new Frame().int32(80877102).int32(42).raw(new byte[size]).packet();

        assertViolation(send(bytes).getFirst(), "invalid length of cancel request");
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 7, 10_001, -1, Integer.MIN_VALUE, Integer.MAX_VALUE, 0x16030100})
    void a_length_out_of_bounds_is_refused_by_its_header(int length) {
        assertViolation(
                send(new Frame().int32(length).bytes()).getFirst(),
                "invalid length of startup packet");
    }

    @Test
    void parameters_must_end_with_a_terminator_and_nothing_else() {
        String layout = "invalid startup packet layout: expected terminator as last byte";

        assertViolation(
                send(new Frame().int32(3 << 16).string("user").string("x").packet()).getFirst(),
                layout);
        assertViolation(
                send(new Frame().int32(3 << 16).int8(0).int8(0).packet()).getFirst(), layout);
        assertViolation(
                send(new Frame().int32(3 << 16).raw("user".getBytes(UTF_8)).packet()).getFirst(),
                "invalid string in message");
    }

    @Test
    void after_a_violation_all_bytes_are_thrown_away() {
        assertThat(send(new Frame().int32(5).bytes(), STARTUP, STARTUP)).hasSize(1);
    }

    /** Each array arrives by itself, as from a client that waits for answers. */
    private static List<FrontendMessage> send(byte[]... pieces) {
        EmbeddedChannel channel = Frame.startup();
        for (int i = 0; i < pieces.length - 1; i++) {
            channel.writeInbound(Unpooled.wrappedBuffer(pieces[i]));
        }
        return Frame.decode(channel, pieces[pieces.length - 1]);
    }

    private static List<Class<?>> types(List<FrontendMessage> messages) {
        return messages.stream().<Class<?>>map(FrontendMessage::getClass).toList();
    }

    private static void assertViolation(FrontendMessage message, String text) {
        assertThat(message).isInstanceOf(Malformed.class);
        Malformed malformed = (Malformed) message;
        assertThat(malformed.failure()).hasMessage(text);
        assertThat(malformed.failure().state()).isEqualTo(SqlState.PROTOCOL_VIOLATION);
        assertThat(malformed.fatal()).isTrue();
        assertThat(malformed.isExtendedQuery()).isFalse();
    }
}
