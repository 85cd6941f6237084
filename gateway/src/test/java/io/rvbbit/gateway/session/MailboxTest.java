package io.rvbbit.gateway.session;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.channel.embedded.EmbeddedChannel;
import io.rvbbit.gateway.wire.FrontendMessage;
import io.rvbbit.gateway.wire.FrontendMessage.Query;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

final class MailboxTest {
    private final EmbeddedChannel channel = new EmbeddedChannel();
    private final Mailbox mailbox = new Mailbox(channel);

    @AfterEach
    void close() {
        channel.finishAndReleaseAll();
    }

    @Test
    void messages_are_taken_in_the_order_in_which_they_came() throws InterruptedException {
        assertThat(mailbox.isEmpty()).isTrue();
        mailbox.put(new Query("a"));
        mailbox.put(new Query("b"));
        assertThat(mailbox.isEmpty()).isFalse();

        assertThat(mailbox.take()).isEqualTo(message("a"));
        assertThat(mailbox.take()).isEqualTo(message("b"));
        assertThat(mailbox.isEmpty()).isTrue();
    }

    @Test
    void a_closed_mailbox_gives_what_came_before_and_then_nothing() throws InterruptedException {
        mailbox.put(new Query("last"));
        mailbox.close();

        assertThat(mailbox.take()).isEqualTo(message("last"));
        assertThat(mailbox.take()).isEmpty();
    }

    @Test
    void reading_stops_when_the_mailbox_is_full_and_goes_on_when_there_is_room()
            throws InterruptedException {
        for (int i = 1; i < 256; i++) {
            mailbox.put(new Query("q" + i));
            assertThat(channel.config().isAutoRead()).isTrue();
        }
        mailbox.put(new Query("the 256th"));
        assertThat(channel.config().isAutoRead()).isFalse();

        for (int left = 255; left > 64; left--) {
            mailbox.take();
            assertThat(channel.config().isAutoRead()).isFalse();
        }
        mailbox.take();
        assertThat(channel.config().isAutoRead()).isTrue();
    }

    private static Optional<FrontendMessage> message(String sql) {
        return Optional.of(new Query(sql));
    }
}
