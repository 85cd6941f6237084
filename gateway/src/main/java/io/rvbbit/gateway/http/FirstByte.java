package io.rvbbit.gateway.http;

import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelHandlerContext;
import io.netty.handler.codec.ByteToMessageDecoder;
import io.netty.handler.ssl.SslHandler;
import io.rvbbit.gateway.access.ReloadableTls;
import java.util.List;

/** Tells by the first byte whether a client speaks TLS; then it is gone. */
final class FirstByte extends ByteToMessageDecoder {
    private static final int HANDSHAKE = 0x16;

    private final ReloadableTls tls;

    FirstByte(ReloadableTls tls) {
        this.tls = tls;
    }

    @Override
    protected void decode(ChannelHandlerContext context, ByteBuf in, List<Object> out) {
        if (in.getUnsignedByte(in.readerIndex()) == HANDSHAKE) {
            var _ =
                    context.pipeline()
                            .addAfter(
                                    context.name(),
                                    "tls",
                                    new SslHandler(tls.current().httpEngine()));
        }
        // What was read goes on to the next handler.
        var _ = context.pipeline().remove(this);
    }
}
