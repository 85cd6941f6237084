package io.rvbbit.gateway.session;

import io.netty.buffer.ByteBuf;
import io.netty.channel.Channel;
import io.netty.channel.nio.AbstractNioChannel.NioUnsafe;
import io.netty.handler.ssl.SslHandler;
import java.io.IOException;
import java.nio.channels.SocketChannel;
import java.util.Optional;

/**
 * The socket beneath a channel, for a session that answers without waking the event loop.
 *
 * <p>The event loop writes there too: what a session writes here overtakes all that still waits in
 * Netty, so nothing may. Threading: any thread, as the JDK's socket itself.
 */
final class ClientSocket {
    private final SocketChannel socket;

    private ClientSocket(SocketChannel socket) {
        this.socket = socket;
    }

    /** The channel's socket; empty where TLS is between the two, or no socket is there. */
    static Optional<ClientSocket> of(Channel channel) {
        boolean plain = channel.pipeline().get(SslHandler.class) == null;
        return plain
                        && channel.unsafe() instanceof NioUnsafe nio
                        && nio.ch() instanceof SocketChannel socket
                ? Optional.of(new ClientSocket(socket))
                : Optional.empty();
    }

    /**
     * Writes what the socket takes at once, never waiting; true if nothing is left in the buffer.
     */
    boolean take(ByteBuf bytes) {
        try {
            int _ = bytes.readBytes(socket, bytes.readableBytes());
            return !bytes.isReadable();
        } catch (IOException _) {
            // No byte was taken. Netty meets the same fault with them, and closes the channel.
            return false;
        }
    }
}
