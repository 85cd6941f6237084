package io.rvbbit.gateway.http;

import io.netty.buffer.ByteBufUtil;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandler;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.SimpleChannelInboundHandler;
import io.netty.handler.codec.http.DefaultHttpRequest;
import io.netty.handler.codec.http.HttpContent;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpMethod;
import io.netty.handler.codec.http.HttpObject;
import io.netty.handler.codec.http.HttpRequest;
import io.netty.handler.codec.http.HttpResponseStatus;
import io.netty.handler.codec.http.HttpUtil;
import io.netty.handler.codec.http.HttpVersion;
import io.netty.handler.codec.http.LastHttpContent;
import io.netty.handler.codec.http.TooLongHttpHeaderException;
import io.netty.handler.codec.http.TooLongHttpLineException;
import java.io.ByteArrayOutputStream;
import java.time.Duration;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * Puts requests together from their pieces, up to a size and within a time.
 *
 * <p>The time runs from a request's first byte to its last, so that one who sends a byte now and
 * then holds nothing for long. After a request that is refused nothing more is read. Threading:
 * event loop only.
 */
final class RequestReader extends SimpleChannelInboundHandler<HttpObject> {
    private static final HttpRequest UNREAD =
            new DefaultHttpRequest(HttpVersion.HTTP_1_1, HttpMethod.GET, "/");

    private final int mostBytes;
    private final Duration patience;
    private final ByteArrayOutputStream body = new ByteArrayOutputStream();
    private @Nullable HttpRequest head;
    private @Nullable ScheduledFuture<?> deadline;
    private boolean refused;

    /**
     * @param mostBytes of a body
     * @param patience from a request's first byte to its last
     */
    RequestReader(int mostBytes, Duration patience) {
        this.mostBytes = mostBytes;
        this.patience = patience;
    }

    /** Stands before the codec: sees a request's first byte before there is a request. */
    ChannelInboundHandler firstByte() {
        return new ChannelInboundHandlerAdapter() {
            @Override
            public void channelRead(ChannelHandlerContext context, Object bytes) {
                begins(context);
                context.fireChannelRead(bytes);
            }
        };
    }

    private void begins(ChannelHandlerContext context) {
        if (deadline == null && !refused) {
            deadline =
                    context.executor()
                            .schedule(
                                    () ->
                                            refuse(
                                                    context.pipeline().context(this),
                                                    Refusal.tooSlow(patience)),
                                    patience.toMillis(),
                                    TimeUnit.MILLISECONDS);
        }
    }

    private void ends() {
        ScheduledFuture<?> running = deadline;
        if (running != null) {
            running.cancel(false);
            deadline = null;
        }
    }

    private void refuse(ChannelHandlerContext context, Refusal refusal) {
        if (refused) {
            return;
        }
        refused = true;
        ends();
        body.reset();
        HttpRequest known = head;
        context.fireChannelRead(new Incoming.Refused(known == null ? UNREAD : known, refusal));
    }

    @Override
    protected void channelRead0(ChannelHandlerContext context, HttpObject part) {
        if (refused) {
            return;
        }
        if (part.decoderResult().isFailure()) {
            refuse(context, unreadable(part.decoderResult().cause()));
            return;
        }
        if (part instanceof HttpRequest request) {
            begin(context, request);
        }
        if (part instanceof HttpContent content && !refused) {
            add(context, content);
        }
    }

    private static Refusal unreadable(Throwable cause) {
        return switch (cause) {
            case TooLongHttpHeaderException _ ->
                    Refusal.malformed(
                            HttpResponseStatus.REQUEST_HEADER_FIELDS_TOO_LARGE,
                            "the headers are too long");
            case TooLongHttpLineException _ ->
                    Refusal.malformed(
                            HttpResponseStatus.REQUEST_URI_TOO_LONG, "the address is too long");
            default -> Refusal.malformed(HttpResponseStatus.BAD_REQUEST, "this is no HTTP request");
        };
    }

    private void begin(ChannelHandlerContext context, HttpRequest request) {
        head = request;
        body.reset();
        if (HttpUtil.getContentLength(request, 0L) > mostBytes) {
            refuse(context, Refusal.tooLarge(mostBytes));
        } else if (HttpUtil.is100ContinueExpected(request)) {
            context.fireChannelRead(new Incoming.Awaited());
        } else if (expectsMore(request)) {
            refuse(
                    context,
                    Refusal.malformed(
                            HttpResponseStatus.EXPECTATION_FAILED,
                            "of Expect only 100-continue is known"));
        }
    }

    /** An HTTP/1.0 client's expectation is to be ignored. */
    private static boolean expectsMore(HttpRequest request) {
        return request.protocolVersion().equals(HttpVersion.HTTP_1_1)
                && request.headers().contains(HttpHeaderNames.EXPECT);
    }

    private void add(ChannelHandlerContext context, HttpContent content) {
        HttpRequest request = head;
        if (request == null) {
            return;
        }
        if (body.size() + content.content().readableBytes() > mostBytes) {
            refuse(context, Refusal.tooLarge(mostBytes));
            return;
        }
        body.writeBytes(ByteBufUtil.getBytes(content.content()));
        if (content instanceof LastHttpContent) {
            ends();
            head = null;
            context.fireChannelRead(new Incoming.Whole(request, body.toByteArray()));
            body.reset();
        }
    }

    @Override
    public void channelInactive(ChannelHandlerContext context) {
        ends();
        context.fireChannelInactive();
    }
}
