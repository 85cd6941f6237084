package io.rvbbit.gateway.wire;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelOutboundHandlerAdapter;
import io.netty.channel.ChannelPromise;
import io.rvbbit.gateway.wire.BackendMessage.AuthenticationOk;
import io.rvbbit.gateway.wire.BackendMessage.Rows;
import java.nio.channels.ClosedChannelException;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The only writer of a session's outbound bytes.
 *
 * <p>Small messages gather in one buffer that leaves at the next flush, or when it holds 32 KiB;
 * their promises are kept with it and share its fate. {@link Rows} of 4 KiB and more go out as they
 * are, wrapped and not copied, after what was said before them. A message that can't be encoded
 * fails its own promise and leaves no byte behind. Nobody but this handler and Netty holds the
 * buffers. Threading: event loop only; Netty brings writes from other threads there, in order.
 */
public final class BackendEncoder extends ChannelOutboundHandlerAdapter {
    private static final int GATHERED = 32 * 1024;
    private static final int WRAPPED = 4 * 1024;
    private static final int INITIAL = 1024;

    private @Nullable ByteBuf gathered;
    private List<ChannelPromise> promises = new ArrayList<>();

    @Override
    public void write(ChannelHandlerContext context, Object message, ChannelPromise promise) {
        if (!(message instanceof BackendMessage backend)) {
            ChannelFuture _ = context.write(message, promise);
            return;
        }
        if (backend instanceof Rows rows && rows.length() >= WRAPPED) {
            writeGathered(context);
            ChannelFuture _ =
                    context.write(Unpooled.wrappedBuffer(rows.bytes(), 0, rows.length()), promise);
            return;
        }
        if (backend instanceof AuthenticationOk) {
            FrontendDecoder decoder = context.pipeline().get(FrontendDecoder.class);
            if (decoder != null) {
                decoder.authenticated();
            }
        }
        gather(context, backend, promise);
    }

    private void gather(
            ChannelHandlerContext context, BackendMessage message, ChannelPromise promise) {
        ByteBuf out = gathered;
        if (out == null) {
            out = context.alloc().buffer(INITIAL);
            gathered = out;
        }
        int start = out.writerIndex();
        try {
            new MessageWriter(out).write(message);
        } catch (RuntimeException failure) {
            out.writerIndex(start);
            promise.tryFailure(failure);
            return;
        }
        promises.add(promise);
        if (out.readableBytes() >= GATHERED) {
            writeGathered(context);
        }
    }

    private void writeGathered(ChannelHandlerContext context) {
        ByteBuf out = gathered;
        if (out == null) {
            return;
        }
        gathered = null;
        List<ChannelPromise> waiting = promises;
        promises = new ArrayList<>();
        ChannelFuture write = context.write(out);
        write.addListener(_ -> {
            for (ChannelPromise promise : waiting) {
                if (write.isSuccess()) {
                    promise.trySuccess();
                } else {
                    promise.tryFailure(write.cause());
                }
            }
        });
    }

    @Override
    public void flush(ChannelHandlerContext context) {
        writeGathered(context);
        context.flush();
    }

    @Override
    public void close(ChannelHandlerContext context, ChannelPromise promise) {
        writeGathered(
                context); // unflushed: Netty fails these promises as it does for any late write
        ChannelFuture _ = context.close(promise);
    }

    @Override
    public void handlerRemoved(ChannelHandlerContext context) {
        ByteBuf out = gathered;
        gathered = null;
        if (out != null) {
            out.release();
        }
        for (ChannelPromise promise : promises) {
            promise.tryFailure(new ClosedChannelException());
        }
        promises.clear();
    }
}
