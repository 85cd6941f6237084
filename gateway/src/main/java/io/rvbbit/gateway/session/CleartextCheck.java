package io.rvbbit.gateway.session;

import io.netty.channel.ChannelHandlerContext;
import io.rvbbit.gateway.access.Roles;
import io.rvbbit.gateway.wire.BackendMessage.AuthenticationCleartextPassword;
import io.rvbbit.gateway.wire.FrontendMessage.PasswordMessage;
import io.rvbbit.rewriter.SqlException;
import io.rvbbit.rewriter.SqlState;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ForkJoinPool;

/**
 * The password itself, which only a connection with TLS may carry.
 *
 * <p>Checking it takes milliseconds, so it happens beside the event loop. Threading: event loop
 * only.
 */
final class CleartextCheck implements PasswordCheck {
    private final Roles.Credentials credentials;
    private boolean answered;

    CleartextCheck(Roles.Credentials credentials) {
        this.credentials = credentials;
    }

    @Override
    public void ask(ChannelHandlerContext context) {
        var _ = context.write(new AuthenticationCleartextPassword());
    }

    @Override
    public void answer(PasswordMessage message, ChannelHandlerContext context, Outcome outcome) {
        if (answered) {
            throw new SqlException(
                    SqlState.PROTOCOL_VIOLATION, "received data before the password was checked");
        }
        answered = true;
        String password = message.password();
        if (password.isEmpty()) {
            throw new SqlException(SqlState.INVALID_PASSWORD, "empty password returned by client");
        }
        var _ =
                CompletableFuture.supplyAsync(
                                () ->
                                        credentials.verifier().matches(password)
                                                && credentials.genuine(),
                                ForkJoinPool.commonPool())
                        .whenCompleteAsync(
                                (right, fault) -> outcome.proved(fault == null && right),
                                context.executor());
    }
}
