package io.rvbbit.gateway.wire;

import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelHandlerContext;
import io.netty.handler.codec.MessageToByteEncoder;
import io.rvbbit.gateway.wire.BackendMessage.AuthenticationOk;

/**
 * Writes what is said before a session begins; a session brings bytes, which pass.
 *
 * <p>Threading: event loop only; Netty brings writes from other threads there, in order.
 */
public final class BackendEncoder extends MessageToByteEncoder<BackendMessage> {
    @Override
    protected void encode(ChannelHandlerContext context, BackendMessage message, ByteBuf out) {
        if (message instanceof AuthenticationOk) {
            FrontendDecoder decoder = context.pipeline().get(FrontendDecoder.class);
            if (decoder != null) {
                decoder.authenticated();
            }
        }
        new MessageWriter(out).write(message);
    }
}
