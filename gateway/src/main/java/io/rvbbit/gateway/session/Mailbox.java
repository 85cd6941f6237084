package io.rvbbit.gateway.session;

import io.netty.channel.Channel;
import io.rvbbit.gateway.wire.FrontendMessage;
import io.rvbbit.gateway.wire.FrontendMessage.Flush;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.BlockingDeque;
import java.util.concurrent.LinkedBlockingDeque;
import java.util.concurrent.TimeUnit;

/**
 * The messages that a client has sent and its session has not yet read.
 *
 * <p>Reading from the socket stops at {@value #FULL} messages and goes on at {@value #READY}; what
 * one socket read held may exceed that by its own messages, so the size is bounded by the two.
 * Threading: {@code put} on the event loop, {@code take} on the session's thread.
 */
final class Mailbox {
    private static final int FULL = 256;
    private static final int READY = 64;

    private final BlockingDeque<Optional<FrontendMessage>> messages = new LinkedBlockingDeque<>();
    private final Channel channel;

    Mailbox(Channel channel) {
        this.channel = channel;
    }

    void put(FrontendMessage message) {
        messages.add(Optional.of(message));
        if (messages.size() >= FULL) {
            channel.config().setAutoRead(false);
            // The session may have emptied the box before it could see that reading has stopped;
            // it would then wait for a message that nobody reads.
            if (messages.size() <= READY) {
                channel.config().setAutoRead(true);
            }
        }
    }

    /** The session could not deal with this one where it met it: it is the next again. */
    void putBack(FrontendMessage message) {
        messages.addFirst(Optional.of(message));
    }

    /** Ends a wait: by a Flush, which asks nothing of anybody. Threading: any thread. */
    void wake() {
        messages.add(Optional.of(new Flush()));
    }

    /** Nothing more will come. */
    void close() {
        messages.add(Optional.empty());
    }

    /** Whether the next message is there already and of that kind. */
    boolean nextIs(Class<? extends FrontendMessage> kind) {
        Optional<FrontendMessage> next = messages.peek();
        return next != null && next.filter(kind::isInstance).isPresent();
    }

    /** Whether the client has sent more that waits, so that a flush may wait too. */
    boolean isEmpty() {
        return messages.isEmpty();
    }

    /** The next message; empty when the client is gone. */
    Optional<FrontendMessage> take() throws InterruptedException {
        return taken(messages.take());
    }

    /** The same; if nothing comes in that time, {@code late} runs and the message is empty. */
    Optional<FrontendMessage> take(Duration longest, Runnable late) throws InterruptedException {
        Optional<FrontendMessage> message = messages.poll(longest.toNanos(), TimeUnit.NANOSECONDS);
        if (message == null) {
            late.run();
            return Optional.empty();
        }
        return taken(message);
    }

    private Optional<FrontendMessage> taken(Optional<FrontendMessage> message) {
        if (!channel.config().isAutoRead() && messages.size() <= READY) {
            channel.config().setAutoRead(true);
        }
        return message;
    }
}
