package io.rvbbit.gateway.session;

import io.netty.channel.ChannelHandlerContext;
import io.rvbbit.gateway.access.Roles;
import io.rvbbit.gateway.access.ScramExchange;
import io.rvbbit.gateway.wire.BackendMessage.AuthenticationSasl;
import io.rvbbit.gateway.wire.BackendMessage.AuthenticationSaslContinue;
import io.rvbbit.gateway.wire.BackendMessage.AuthenticationSaslFinal;
import io.rvbbit.gateway.wire.FrontendMessage.PasswordMessage;
import io.rvbbit.gateway.wire.FrontendMessage.SaslInitialResponse;
import io.rvbbit.rewriter.SqlException;
import io.rvbbit.rewriter.SqlState;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.security.SecureRandom;
import java.util.Optional;

/**
 * Carries a {@link ScramExchange} in SASL messages.
 *
 * <pre>
 * AuthenticationSASL          SASLInitialResponse: mechanism \0, length (int32, -1 for none), data
 * AuthenticationSASLContinue  SASLResponse: data
 * AuthenticationSASLFinal
 * </pre>
 *
 * <p>Threading: event loop only.
 */
final class ScramCheck implements PasswordCheck {
    private enum Step {
        MECHANISM,
        FIRST,
        LAST,
        DONE
    }

    private final ScramExchange exchange;
    private Step step = Step.MECHANISM;
    private String mechanism = "";

    private ScramCheck(ScramExchange exchange) {
        this.exchange = exchange;
    }

    static ScramCheck of(
            Roles.Credentials credentials, SecureRandom random, ChannelHandlerContext context) {
        Optional<byte[]> endPoint = TlsHandler.of(context).flatMap(TlsHandler::endPoint);
        return new ScramCheck(ScramExchange.of(credentials, endPoint, random));
    }

    @Override
    public void ask(ChannelHandlerContext context) {
        var _ = context.write(new AuthenticationSasl(exchange.mechanisms()));
    }

    @Override
    public void answer(PasswordMessage message, ChannelHandlerContext context, Outcome outcome) {
        switch (step) {
            case MECHANISM -> mechanism(message.saslInitialResponse(), context);
            case FIRST -> first(text(message.body()), context);
            case LAST -> {
                step = Step.DONE;
                Optional<String> signature = exchange.last(text(message.body()));
                signature.ifPresent(right -> {
                    var _ = context.write(new AuthenticationSaslFinal(bytes(right)));
                });
                outcome.proved(signature.isPresent());
            }
            case DONE ->
                    throw new SqlException(
                            SqlState.PROTOCOL_VIOLATION,
                            "received a password that nobody asked for");
        }
    }

    private void mechanism(SaslInitialResponse response, ChannelHandlerContext context) {
        mechanism = response.mechanism();
        step = Step.FIRST;
        if (response.data().isPresent()) {
            first(text(response.data().get()), context);
        } else {
            send(context, "");
        }
    }

    private void first(String message, ChannelHandlerContext context) {
        String reply = exchange.first(mechanism, message);
        step = Step.LAST;
        send(context, reply);
    }

    private static void send(ChannelHandlerContext context, String data) {
        var _ = context.writeAndFlush(new AuthenticationSaslContinue(bytes(data)));
    }

    /**
     * The signature covers the bytes as they came, so they have to come back from text the same.
     */
    private static String text(byte[] body) {
        try {
            String text =
                    StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(body)).toString();
            if (text.indexOf('\0') < 0) {
                return text;
            }
        } catch (CharacterCodingException _) {
            // Told below.
        }
        throw new SqlException(SqlState.PROTOCOL_VIOLATION, "malformed SCRAM message");
    }

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }
}
