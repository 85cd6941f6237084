package io.rvbbit.gateway.session;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.ongres.scram.client.ScramClient;
import com.ongres.scram.common.StringPreparation;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandler;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.embedded.EmbeddedChannel;
import io.rvbbit.gateway.access.Access;
import io.rvbbit.gateway.access.Identity;
import io.rvbbit.gateway.access.ReloadableTls;
import io.rvbbit.gateway.access.Role;
import io.rvbbit.gateway.access.Roles;
import io.rvbbit.gateway.access.ScramVerifier;
import io.rvbbit.gateway.access.TestCertificates;
import io.rvbbit.gateway.wire.BackendMessage.AuthenticationOk;
import io.rvbbit.gateway.wire.BackendMessage.AuthenticationSasl;
import io.rvbbit.gateway.wire.BackendMessage.AuthenticationSaslContinue;
import io.rvbbit.gateway.wire.BackendMessage.AuthenticationSaslFinal;
import io.rvbbit.gateway.wire.BackendMessage.EncryptionReply;
import io.rvbbit.gateway.wire.BackendMessage.ErrorResponse;
import io.rvbbit.gateway.wire.BackendMessage.NegotiateProtocolVersion;
import io.rvbbit.gateway.wire.BackendMessage.ResponseField;
import io.rvbbit.gateway.wire.FrontendMessage;
import io.rvbbit.gateway.wire.FrontendMessage.CancelRequest;
import io.rvbbit.gateway.wire.FrontendMessage.GssEncRequest;
import io.rvbbit.gateway.wire.FrontendMessage.PasswordMessage;
import io.rvbbit.gateway.wire.FrontendMessage.Query;
import io.rvbbit.gateway.wire.FrontendMessage.SslRequest;
import io.rvbbit.gateway.wire.FrontendMessage.StartupMessage;
import io.rvbbit.rewriter.SqlException;
import io.rvbbit.rewriter.SqlState;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SequencedMap;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class LoginHandlerTest {
    private static final SecureRandom RANDOM = new SecureRandom();
    private static final ScramVerifier SESAME = ScramVerifier.of("sesame", RANDOM);
    private static final Duration PATIENCE = Duration.ofSeconds(60);

    @TempDir Path directory;

    private final List<String> let = new ArrayList<>();
    private boolean full;

    private final Logins.Door door =
            new Logins.Door() {
                @Override
                public ChannelHandler start(
                        Channel channel, StartupMessage startup, Identity identity) {
                    if (full) {
                        throw new SqlException(SqlState.TOO_MANY_CONNECTIONS, "too many");
                    }
                    let.add(identity.user() + (identity.admin() ? " admin" : ""));
                    return new ChannelInboundHandlerAdapter();
                }

                @Override
                public void cancel(CancelRequest request) {
                    let.add("cancel " + request.processId());
                }
            };

    private Roles roles(Role... configured) {
        return Roles.open(List.of(configured), directory.resolve("roles.json"), RANDOM);
    }

    private Roles users() {
        return roles(Role.configured("boss", true, SESAME), Role.configured("ann", false, SESAME));
    }

    private EmbeddedChannel channel(Access access) {
        return new EmbeddedChannel(new LoginHandler(new Logins(access, door, 1)));
    }

    private EmbeddedChannel plain(Roles roles) {
        return channel(new Access(roles, Optional.empty(), false, false, PATIENCE));
    }

    private static StartupMessage startup(int minor, String... parameters) {
        SequencedMap<String, String> all = new LinkedHashMap<>();
        for (int at = 0; at < parameters.length; at += 2) {
            all.put(parameters[at], parameters[at + 1]);
        }
        return new StartupMessage(3, minor, all);
    }

    private static void say(EmbeddedChannel channel, FrontendMessage message) {
        boolean _ = channel.writeInbound(message);
    }

    private static @Nullable Object next(EmbeddedChannel channel) {
        var _ = channel.flush();
        return channel.readOutbound();
    }

    private static Map<Character, String> error(EmbeddedChannel channel) {
        ErrorResponse response = channel.readOutbound();
        Map<Character, String> fields = new LinkedHashMap<>();
        for (ResponseField field : response.fields()) {
            fields.put(field.code(), field.value());
        }
        assertThat(channel.isActive()).isFalse();
        return fields;
    }

    private static ScramClient client(EmbeddedChannel channel, String password) {
        AuthenticationSasl asked = channel.readOutbound();
        return ScramClient.builder()
                .advertisedMechanisms(asked.mechanisms())
                .username("*")
                .password(password.toCharArray())
                .stringPreparation(StringPreparation.POSTGRESQL_PREPARATION)
                .build();
    }

    private static PasswordMessage initial(String mechanism, byte[] data) {
        byte[] name = mechanism.getBytes(UTF_8);
        return new PasswordMessage(
                ByteBuffer.allocate(name.length + 5 + data.length)
                        .put(name)
                        .put((byte) 0)
                        .putInt(data.length)
                        .put(data)
                        .array());
    }

    /** All steps of a client with that password, up to where the server answers the last. */
    private static void prove(EmbeddedChannel channel, String password) throws Exception {
        ScramClient client = client(channel, password);
        say(
                channel,
                initial("SCRAM-SHA-256", client.clientFirstMessage().toString().getBytes(UTF_8)));
        AuthenticationSaslContinue next = channel.readOutbound();
        var _ = client.serverFirstMessage(new String(next.data(), UTF_8));
        say(channel, new PasswordMessage(client.clientFinalMessage().toString().getBytes(UTF_8)));
    }

    @Test
    void without_users_everybody_is_an_admin() {
        EmbeddedChannel channel = plain(roles());

        say(channel, startup(0, "user", "anybody"));

        assertThat(next(channel)).isInstanceOf(AuthenticationOk.class);
        assertThat(let).containsExactly("anybody admin");
        assertThat(channel.pipeline().get(LoginHandler.class)).isNull();
    }

    @Test
    void the_right_password_opens_a_session_with_the_role_s_rights() throws Exception {
        EmbeddedChannel channel = plain(users());
        say(channel, startup(0, "user", "ann"));

        prove(channel, "sesame");

        assertThat(next(channel)).isInstanceOf(AuthenticationSaslFinal.class);
        assertThat(next(channel)).isInstanceOf(AuthenticationOk.class);
        assertThat(let).containsExactly("ann");
    }

    @Test
    void a_wrong_password_and_an_unknown_user_get_the_same_answers() throws Exception {
        EmbeddedChannel wrong = plain(users());
        say(wrong, startup(0, "user", "ann"));
        prove(wrong, "guess");
        EmbeddedChannel unknown = plain(users());
        say(unknown, startup(0, "user", "eve"));
        prove(unknown, "guess");

        Map<Character, String> first = error(wrong);
        Map<Character, String> second = error(unknown);
        assertThat(first)
                .containsEntry('C', "28P01")
                .containsEntry('M', "password authentication failed for user \"ann\"");
        assertThat(second)
                .containsEntry('C', "28P01")
                .containsEntry('M', "password authentication failed for user \"eve\"");
        assertThat(second.keySet()).isEqualTo(first.keySet());
        assertThat(let).isEmpty();
    }

    @Test
    void a_role_without_login_is_told_so_only_with_its_password() throws Exception {
        Roles roles = users();
        roles.create(new Role("group", false, false, Optional.of(SESAME), false));
        EmbeddedChannel channel = plain(roles);
        say(channel, startup(0, "user", "group"));

        prove(channel, "sesame");

        assertThat(next(channel)).isInstanceOf(AuthenticationSaslFinal.class);
        assertThat(error(channel))
                .containsEntry('C', "28000")
                .containsEntry('M', "role \"group\" is not permitted to log in");
    }

    @Test
    void a_client_may_choose_the_mechanism_before_it_says_anything() {
        EmbeddedChannel channel = plain(users());
        say(channel, startup(0, "user", "ann"));
        AuthenticationSasl _ = channel.readOutbound();

        say(
                channel,
                new PasswordMessage(
                        ByteBuffer.allocate(18)
                                .put("SCRAM-SHA-256".getBytes(UTF_8))
                                .put((byte) 0)
                                .putInt(-1)
                                .array()));

        AuthenticationSaslContinue empty = channel.readOutbound();
        assertThat(empty.data()).isEmpty();
        say(channel, new PasswordMessage("n,,n=,r=abc".getBytes(UTF_8)));
        AuthenticationSaslContinue first = channel.readOutbound();
        assertThat(new String(first.data(), UTF_8)).startsWith("r=abc");
    }

    @Test
    void anything_but_a_password_ends_a_login() {
        EmbeddedChannel channel = plain(users());
        say(channel, startup(0, "user", "ann"));
        AuthenticationSasl _ = channel.readOutbound();

        say(channel, new Query("SELECT 1"));

        assertThat(error(channel)).containsEntry('C', "08P01");
        assertThat(let).isEmpty();
    }

    @Test
    void a_newer_version_and_unknown_options_are_negotiated() {
        EmbeddedChannel grease = plain(roles());
        say(grease, startup(9999, "user", "ann", "_pq_.test_protocol_negotiation", ""));
        assertThat(next(grease))
                .isEqualTo(
                        new NegotiateProtocolVersion(
                                3, 2, List.of("_pq_.test_protocol_negotiation")));

        EmbeddedChannel option = plain(roles());
        say(option, startup(0, "user", "ann", "_pq_.a", "1", "_pq_.b", "2"));
        assertThat(next(option))
                .isEqualTo(new NegotiateProtocolVersion(3, 0, List.of("_pq_.a", "_pq_.b")));

        EmbeddedChannel current = plain(roles());
        say(current, startup(2, "user", "ann"));
        assertThat(next(current)).isInstanceOf(AuthenticationOk.class);
    }

    @Test
    void encryption_that_is_not_there_is_declined() {
        EmbeddedChannel channel = plain(roles());

        say(channel, new GssEncRequest());
        say(channel, new SslRequest());

        assertThat(next(channel)).isEqualTo(EncryptionReply.DECLINED);
        assertThat(next(channel)).isEqualTo(EncryptionReply.DECLINED);
    }

    @Test
    void a_server_that_requires_tls_refuses_the_rest_but_hears_cancels() throws Exception {
        var pair = TestCertificates.make(directory, "server");
        Access access =
                new Access(
                        users(),
                        Optional.of(ReloadableTls.open(pair.certificate(), pair.key())),
                        true,
                        false,
                        PATIENCE);
        EmbeddedChannel channel = channel(access);
        say(channel, startup(0, "user", "ann"));
        assertThat(error(channel)).containsEntry('C', "28000");

        EmbeddedChannel cancelling = channel(access);
        say(cancelling, new CancelRequest(7, new byte[4]));
        assertThat(let).containsExactly("cancel 7");
        assertThat(cancelling.isActive()).isFalse();
    }

    @Test
    void a_request_for_tls_puts_it_before_everything_else() throws Exception {
        var pair = TestCertificates.make(directory, "server");
        EmbeddedChannel channel =
                channel(
                        new Access(
                                users(),
                                Optional.of(ReloadableTls.open(pair.certificate(), pair.key())),
                                false,
                                false,
                                PATIENCE));

        say(channel, new SslRequest());

        assertThat(next(channel)).isEqualTo(new EncryptionReply('S'));
        assertThat(channel.pipeline().first()).isInstanceOf(TlsHandler.class);
        assertThat(channel.isActive()).isTrue();
        channel.finishAndReleaseAll();
    }

    @Test
    void who_says_nothing_is_left_without_an_answer_and_who_says_half_is_told() {
        EmbeddedChannel silent = plain(users());
        silent.advanceTimeBy(61, TimeUnit.SECONDS);
        silent.runScheduledPendingTasks();
        assertThat(silent.isActive()).isFalse();
        assertThat(next(silent)).isNull();

        EmbeddedChannel slow = plain(users());
        say(slow, startup(0, "user", "ann"));
        AuthenticationSasl _ = slow.readOutbound();
        slow.advanceTimeBy(61, TimeUnit.SECONDS);
        slow.runScheduledPendingTasks();
        assertThat(error(slow))
                .containsEntry('C', "57014")
                .containsEntry('M', "canceling authentication due to timeout");
    }

    @Test
    void a_session_is_not_bound_by_the_login_s_time() {
        EmbeddedChannel channel = plain(roles());
        say(channel, startup(0, "user", "ann"));

        channel.advanceTimeBy(1, TimeUnit.HOURS);
        channel.runScheduledPendingTasks();

        assertThat(channel.isActive()).isTrue();
    }

    @Test
    void too_many_sessions_are_refused_after_the_password() {
        full = true;
        EmbeddedChannel channel = plain(roles());

        say(channel, startup(0, "user", "ann"));

        assertThat(next(channel)).isInstanceOf(AuthenticationOk.class);
        assertThat(error(channel)).containsEntry('C', "53300");
    }

    @Test
    void too_many_logins_at_a_time_are_refused_and_make_room_when_they_end() {
        Logins logins =
                new Logins(new Access(users(), Optional.empty(), false, false, PATIENCE), door, 1);
        List<EmbeddedChannel> waiting = new ArrayList<>();
        for (int i = 0; i < 100; i++) {
            waiting.add(new EmbeddedChannel(new LoginHandler(logins)));
        }

        assertThat(error(new EmbeddedChannel(new LoginHandler(logins))))
                .containsEntry('C', "53300");

        var _ = waiting.getFirst().close();
        assertThat(new EmbeddedChannel(new LoginHandler(logins)).isActive()).isTrue();
    }

    @Test
    void nobody_without_a_name_gets_anywhere() {
        EmbeddedChannel channel = plain(roles());

        say(channel, startup(0));

        assertThat(error(channel)).containsEntry('C', "28000");
    }
}
