package io.rvbbit.gateway.session;

import io.netty.channel.ChannelHandlerContext;
import io.rvbbit.gateway.wire.FrontendMessage.PasswordMessage;
import io.rvbbit.rewriter.SqlException;

/** One way of proving that one knows the password. Threading: event loop only. */
interface PasswordCheck {
    /** Writes what the client has to answer. */
    void ask(ChannelHandlerContext context);

    /**
     * Takes one answer; if it was the last, tells the outcome, now or later, on the event loop.
     *
     * @throws SqlException for an answer that is none; then there is no outcome
     */
    void answer(PasswordMessage message, ChannelHandlerContext context, Outcome outcome);

    /** What becomes of it. */
    @FunctionalInterface
    interface Outcome {
        void proved(boolean right);
    }
}
