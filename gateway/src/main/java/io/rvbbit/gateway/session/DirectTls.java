package io.rvbbit.gateway.session;

import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelHandlerContext;
import io.netty.handler.codec.ByteToMessageDecoder;
import io.rvbbit.gateway.access.TlsCertificate;
import java.util.List;

/**
 * Tells by the first byte whether a client begins with TLS, without asking ({@code
 * sslnegotiation=direct}); then it is gone.
 *
 * <p>The first byte of a startup packet is the high one of a length far below 2²⁴, so 0x16 can't be
 * one. Threading: event loop only.
 */
final class DirectTls extends ByteToMessageDecoder {
    private static final int HANDSHAKE = 0x16;

    private final Logins logins;

    DirectTls(Logins logins) {
        this.logins = logins;
    }

    @Override
    protected void decode(ChannelHandlerContext context, ByteBuf in, List<Object> out) {
        if (in.getUnsignedByte(in.readerIndex()) == HANDSHAKE) {
            TlsCertificate certificate = logins.access().tls().orElseThrow().current();
            var _ =
                    context.pipeline()
                            .addAfter(
                                    context.name(),
                                    LoginHandler.TLS,
                                    new TlsHandler(certificate, true, logins.access().patience()));
        }
        // What was read goes on to the next handler.
        var _ = context.pipeline().remove(this);
    }
}
