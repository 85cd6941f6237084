package io.rvbbit.gateway.wire;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.netty.channel.embedded.EmbeddedChannel;
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
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

class FrontendDecoderTest {
    @SuppressWarnings("ArrayRecordComponent")
    record Case(FrontendMessage expected, byte[] bytes) {
        /** Whether its body is any bytes at all, so that no length is wrong. */
        boolean isOpaque() {
            return expected instanceof CopyData || expected instanceof PasswordMessage;
        }
    }

    static Stream<Case> messages() {
        return Stream.of(
                message(new Frame().string("select 'é'").message('Q'), new Query("select 'é'")),
                message(
                        new Frame()
                                .string("s1")
                                .string("select $1")
                                .int16(2)
                                .int32(23)
                                .int32(0)
                                .message('P'),
                        new Parse("s1", "select $1", List.of(23, 0))),
                message(
                        new Frame()
                                .string("p")
                                .string("s1")
                                .int16(2)
                                .int16(0)
                                .int16(1)
                                .int16(2)
                                .int32(2)
                                .raw((byte) 'h', (byte) 'i')
                                .int32(-1)
                                .int16(1)
                                .int16(1)
                                .message('B'),
                        new Bind(
                                "p",
                                "s1",
                                List.of(Format.TEXT, Format.BINARY),
                                Arrays.asList("hi".getBytes(UTF_8), null),
                                List.of(Format.BINARY))),
                message(
                        new Frame().string("").string("").int16(0).int16(0).int16(0).message('B'),
                        new Bind("", "", List.of(), List.of(), List.of())),
                message(
                        new Frame().int8('S').string("s1").message('D'),
                        new Describe(Target.STATEMENT, "s1")),
                message(
                        new Frame().int8('P').string("").message('D'),
                        new Describe(Target.PORTAL, "")),
                message(new Frame().string("p").int32(10).message('E'), new Execute("p", 10)),
                message(
                        new Frame().int8('P').string("p").message('C'),
                        new Close(Target.PORTAL, "p")),
                message(new Frame().message('H'), new Flush()),
                message(new Frame().message('S'), new Sync()),
                message(new Frame().message('X'), new Terminate()),
                message(
                        new Frame().raw((byte) 1, (byte) 0).message('d'),
                        new CopyData(new byte[] {1, 0})),
                message(new Frame().message('c'), new CopyDone()),
                message(new Frame().string("why").message('f'), new CopyFail("why")),
                message(
                        new Frame().string("pw").message('p'),
                        new PasswordMessage("pw\0".getBytes(UTF_8))),
                message(
                        new Frame()
                                .int32(2214)
                                .int16(1)
                                .int16(1)
                                .int16(1)
                                .int32(1)
                                .raw((byte) 9)
                                .int16(0)
                                .message('F'),
                        new FunctionCall(
                                2214,
                                List.of(Format.BINARY),
                                List.of(new byte[] {9}),
                                Format.TEXT)));
    }

    private static Case message(byte[] bytes, FrontendMessage expected) {
        return new Case(expected, bytes);
    }

    @ParameterizedTest
    @MethodSource("messages")
    void each_message_is_read_however_its_bytes_are_split(Case message) {
        for (int piece = 1; piece <= message.bytes().length; piece++) {
            assertThat(Frame.decode(Frame.session(), message.bytes(), piece))
                    .usingRecursiveComparison()
                    .isEqualTo(List.of(message.expected()));
        }
    }

    @ParameterizedTest
    @MethodSource("messages")
    void a_byte_too_many_in_the_body_costs_that_message_alone(Case message) {
        if (message.isOpaque()) {
            return;
        }
        byte[] bytes = message.bytes();
        byte[] longer = Arrays.copyOf(bytes, bytes.length + 1);
        longer[4]++;

        List<FrontendMessage> messages =
                Frame.decode(Frame.session(), Frame.concat(longer, new Frame().message('S')));

        assertThat(messages).hasSize(2);
        assertMalformed(messages.getFirst(), (char) bytes[0], "invalid message format", false);
        assertThat(messages.getLast()).isEqualTo(new Sync());
    }

    @ParameterizedTest
    @MethodSource("messages")
    void a_body_cut_short_anywhere_is_a_violation(Case message) {
        if (message.isOpaque()) {
            return;
        }
        byte[] bytes = message.bytes();
        for (int length = bytes.length - 1; length >= 5; length--) {
            byte[] shorter = Arrays.copyOf(bytes, length);
            shorter[4] = (byte) (length - 1);

            FrontendMessage decoded = Frame.decode(Frame.session(), shorter).getFirst();

            assertThat(decoded).isInstanceOf(Malformed.class);
            assertThat(((Malformed) decoded).failure().state())
                    .isEqualTo(SqlState.PROTOCOL_VIOLATION);
            assertThat(((Malformed) decoded).fatal()).isFalse();
        }
    }

    @Test
    void all_messages_in_one_piece_keep_their_order() {
        List<FrontendMessage> expected = new ArrayList<>();
        byte[] all = new byte[0];
        for (Case message : messages().toList()) {
            all = Frame.concat(all, message.bytes());
            expected.add(message.expected());
        }
        for (int piece : new int[] {1, 7, all.length}) {
            assertThat(Frame.decode(Frame.session(), all, piece))
                    .usingRecursiveComparison()
                    .isEqualTo(expected);
        }
    }

    @Test
    void after_an_unknown_type_nothing_more_is_decoded() {
        byte[] bytes =
                Frame.concat(
                        new Frame().message('S'),
                        new Frame().message('y'),
                        new Frame().message('S'));

        List<FrontendMessage> messages = Frame.decode(Frame.session(), bytes, 3);

        assertThat(messages).hasSize(2).first().isEqualTo(new Sync());
        assertMalformed(messages.getLast(), 'y', "invalid frontend message type 121", true);
    }

    @ParameterizedTest
    @ValueSource(ints = {3, 0, -1, Integer.MIN_VALUE})
    void a_length_below_its_own_size_is_fatal(int length) {
        byte[] bytes = new Frame().int8('Q').int32(length).raw(new byte[20]).bytes();

        List<FrontendMessage> messages = Frame.decode(Frame.session(), bytes);

        assertThat(messages).hasSize(1);
        assertMalformed(messages.getFirst(), 'Q', "invalid message length", true);
    }

    @Test
    void a_body_over_the_bound_is_refused_by_its_header() {
        byte[] header = new Frame().int8('Q').int32(Frame.MAX_BODY + 5).bytes();

        List<FrontendMessage> messages = Frame.decode(Frame.session(), header);

        assertMalformed(messages.getFirst(), 'Q', "message of 1000001 bytes is too long", true);
    }

    @Test
    void before_the_login_bodies_are_bounded_by_ten_thousand_bytes() {
        byte[] tooLong = new Frame().int8('p').int32(10_005).bytes();

        FrontendMessage message =
                Frame.decode(new EmbeddedChannel(new FrontendDecoder(Frame.MAX_BODY)), tooLong)
                        .getFirst();

        assertMalformed(message, 'p', "message of 10001 bytes is too long", true);
    }

    @Test
    void authentication_ok_on_its_way_out_lifts_the_bound() {
        EmbeddedChannel channel =
                new EmbeddedChannel(new FrontendDecoder(Frame.MAX_BODY), new BackendEncoder());
        assertThat(channel.writeOutbound(new BackendMessage.AuthenticationOk())).isTrue();
        channel.releaseOutbound();
        String sql = "x".repeat(20_000);

        assertThat(Frame.decode(channel, new Frame().string(sql).message('Q')))
                .containsExactly(new Query(sql));
    }

    @Test
    void bad_utf8_is_told_with_its_first_bytes() {
        byte[] bytes =
                new Frame()
                        .raw((byte) 'a', (byte) 0xE9, (byte) ' ', (byte) 'x', (byte) 0)
                        .message('Q');

        Malformed message = (Malformed) Frame.decode(Frame.session(), bytes).getFirst();

        assertThat(message.failure().state()).isEqualTo(SqlState.CHARACTER_NOT_IN_REPERTOIRE);
        assertThat(message.failure())
                .hasMessage("invalid byte sequence for encoding \"UTF8\": 0xe9 0x20 0x78");
        assertThat(message.fatal()).isFalse();
        assertThat(message.isExtendedQuery()).isFalse();
    }

    @Test
    void the_replacement_character_itself_is_good_utf8() {
        assertThat(Frame.decode(Frame.session(), new Frame().string("\uFFFD").message('Q')))
                .containsExactly(new Query("\uFFFD"));
    }

    @Test
    void unknown_targets_and_formats_are_refused() {
        FrontendMessage describe =
                Frame.decode(Frame.session(), new Frame().int8('x').string("").message('D'))
                        .getFirst();
        FrontendMessage bind =
                Frame.decode(
                                Frame.session(),
                                new Frame()
                                        .string("")
                                        .string("")
                                        .int16(1)
                                        .int16(2)
                                        .int16(0)
                                        .int16(0)
                                        .message('B'))
                        .getFirst();

        assertMalformed(describe, 'D', "invalid DESCRIBE message subtype 120", false);
        assertThat(((Malformed) describe).isExtendedQuery()).isTrue();
        assertThat(((Malformed) bind).failure()).hasMessage("unsupported format code: 2");
        assertThat(((Malformed) bind).failure().state())
                .isEqualTo(SqlState.INVALID_PARAMETER_VALUE);
    }

    @Test
    void formats_must_be_none_one_or_one_per_parameter() {
        byte[] bytes =
                new Frame()
                        .string("")
                        .string("")
                        .int16(2)
                        .int16(0)
                        .int16(0)
                        .int16(1)
                        .int32(-1)
                        .int16(0)
                        .message('B');

        assertMalformed(
                Frame.decode(Frame.session(), bytes).getFirst(),
                'B',
                "bind message has 2 parameter formats but 1 parameters",
                false);
    }

    @Test
    void a_count_that_the_body_cannot_hold_allocates_nothing() {
        byte[] bytes = new Frame().string("").string("").int16(65_535).int32(1).message('P');

        assertMalformed(
                Frame.decode(Frame.session(), bytes).getFirst(),
                'P',
                "insufficient data left in message",
                false);
    }

    @Test
    void a_password_is_read_as_the_server_asked() {
        PasswordMessage sasl =
                new PasswordMessage(
                        new Frame()
                                .string("SCRAM-SHA-256")
                                .int32(3)
                                .raw((byte) 'n', (byte) ',', (byte) ',')
                                .bytes());

        assertThat(new PasswordMessage("pw\0".getBytes(UTF_8)).password()).isEqualTo("pw");
        assertThat(sasl.saslInitialResponse().mechanism()).isEqualTo("SCRAM-SHA-256");
        assertThat(sasl.saslInitialResponse().data())
                .hasValueSatisfying(data -> assertThat(data).asString(UTF_8).isEqualTo("n,,"));
        assertThat(sasl.toString()).doesNotContain("SCRAM");
        assertThatThrownBy(() -> new PasswordMessage("pw\0x".getBytes(UTF_8)).password())
                .isInstanceOf(SqlException.class)
                .hasMessage("invalid message format");
    }

    private static void assertMalformed(
            FrontendMessage message, char type, String text, boolean fatal) {
        assertThat(message).isInstanceOf(Malformed.class);
        Malformed malformed = (Malformed) message;
        assertThat(malformed.type()).isEqualTo(type);
        assertThat(malformed.failure()).hasMessage(text);
        assertThat(malformed.failure().state()).isEqualTo(SqlState.PROTOCOL_VIOLATION);
        assertThat(malformed.fatal()).isEqualTo(fatal);
    }
}
