package io.rvbbit.gateway.http;

import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelFutureListener;
import io.netty.handler.codec.DateFormatter;
import io.netty.handler.codec.http.DefaultFullHttpResponse;
import io.netty.handler.codec.http.DefaultHttpHeaders;
import io.netty.handler.codec.http.DefaultHttpResponse;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpHeaders;
import io.netty.handler.codec.http.HttpMethod;
import io.netty.handler.codec.http.HttpRequest;
import io.netty.handler.codec.http.HttpResponse;
import io.netty.handler.codec.http.HttpResponseStatus;
import io.netty.handler.codec.http.HttpUtil;
import io.netty.handler.codec.http.HttpVersion;
import io.netty.handler.ssl.SslHandler;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Date;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.ReentrantLock;
import java.util.regex.Pattern;

/**
 * One request, and the one answer to it.
 *
 * <p>Threading: any thread; whoever answers first has answered.
 */
final class Exchange {
    private static final String REQUEST_ID = "X-Request-Id";
    private static final Pattern GIVEN_ID = Pattern.compile("[A-Za-z0-9._-]{1,128}");

    /** How long a refused client may go on sending before it has read the refusal. */
    private static final long LINGER_MILLIS = 1_000;

    private final Channel channel;
    private final HttpMethod method;
    private final String uri;
    private final HttpHeaders headers;
    private final byte[] body;
    private final String id;
    private final boolean keepsAlive;
    private final boolean chunks;
    private final After after;
    private final Runnable answered;
    private final ReentrantLock lock = new ReentrantLock();
    private final List<Runnable> whenGone = new ArrayList<>();
    private final HttpHeaders everyAnswer = new DefaultHttpHeaders();
    private boolean gone;
    private boolean begun;
    private volatile long wholeSince;

    /** What becomes of the connection once the answer is written. */
    enum After {
        /** It stays, unless the client wants otherwise. */
        AS_ASKED,
        /**
         * It closes, but not before the client had time to read: a connection that closes on what
         * it has not read is reset, and the answer is lost.
         */
        LINGER
    }

    /**
     * @param answered runs on the event loop when the answer is written and the next request may be
     *     looked at
     */
    Exchange(Channel channel, HttpRequest request, byte[] body, After after, Runnable answered) {
        this.channel = channel;
        this.method = request.method();
        this.uri = request.uri();
        this.headers = request.headers();
        this.body = body;
        this.after = after;
        String given = headers.get(REQUEST_ID, "");
        this.id = GIVEN_ID.matcher(given).matches() ? given : UUID.randomUUID().toString();
        this.chunks = request.protocolVersion().equals(HttpVersion.HTTP_1_1);
        this.keepsAlive = after == After.AS_ASKED && chunks && HttpUtil.isKeepAlive(request);
        this.answered = answered;
    }

    /** What the client calls the request, or else what we call it. */
    String id() {
        return id;
    }

    HttpMethod method() {
        return method;
    }

    /** As it was sent: path and query, not decoded. */
    String uri() {
        return uri;
    }

    /** Empty if the client did not send it. */
    String header(CharSequence name) {
        return headers.get(name, "");
    }

    int count(CharSequence name) {
        return headers.getAll(name).size();
    }

    byte[] body() {
        return body;
    }

    /** A header of whatever is answered; before anything is. Threading: event loop only. */
    void onEveryAnswer(CharSequence name, String value) {
        everyAnswer.set(name, value);
    }

    /** The client's address without a port. */
    String address() {
        return channel.remoteAddress() instanceof InetSocketAddress address
                ? address.getAddress().getHostAddress()
                : "";
    }

    /** Whether nobody between the client and us can read along. */
    boolean isPrivate() {
        return isEncrypted() || isFromLoopback();
    }

    boolean isEncrypted() {
        return channel.pipeline().get(SslHandler.class) != null;
    }

    private boolean isFromLoopback() {
        return channel.remoteAddress() instanceof InetSocketAddress address
                && address.getAddress().isLoopbackAddress();
    }

    /** Runs when the client goes before it was answered; at once if it has gone. */
    void whenGone(Runnable action) {
        boolean now;
        lock.lock();
        try {
            now = gone;
            whenGone.add(action);
        } finally {
            lock.unlock();
        }
        if (now) {
            action.run();
        }
    }

    boolean isGone() {
        lock.lock();
        try {
            return gone;
        } finally {
            lock.unlock();
        }
    }

    /** The connection is closed. */
    void gone() {
        List<Runnable> due;
        lock.lock();
        try {
            gone = true;
            due = List.copyOf(whenGone);
        } finally {
            lock.unlock();
        }
        due.forEach(Runnable::run);
    }

    /** Whether nothing was answered before; from now on something is. */
    private boolean begins() {
        lock.lock();
        try {
            boolean first = !begun;
            begun = true;
            return first;
        } finally {
            lock.unlock();
        }
    }

    boolean hasBegun() {
        lock.lock();
        try {
            return begun;
        } finally {
            lock.unlock();
        }
    }

    /** Answers at once; nothing happens if something was answered before. */
    void answer(Answer answer) {
        if (!begins()) {
            return;
        }
        byte[] bytes = answer.body();
        var response =
                new DefaultFullHttpResponse(
                        HttpVersion.HTTP_1_1, answer.status(), Unpooled.wrappedBuffer(bytes));
        fill(response, answer.contentType(), answer.headers());
        if (!answer.status().equals(HttpResponseStatus.NO_CONTENT)) {
            response.headers().set(HttpHeaderNames.CONTENT_LENGTH, bytes.length);
        }
        HttpUtil.setKeepAlive(response, keepsAlive);
        wholeSince = System.nanoTime() | 1;
        ChannelFuture written = channel.writeAndFlush(response);
        if (keepsAlive) {
            written.addListener(_ -> ended());
        } else if (after == After.LINGER) {
            var _ = written.addListener(_ -> closeLater());
        } else {
            var _ = written.addListener(ChannelFutureListener.CLOSE);
        }
    }

    private void closeLater() {
        ScheduledFuture<?> _ =
                channel.eventLoop()
                        .schedule(
                                () -> {
                                    var _ = channel.close();
                                },
                                LINGER_MILLIS,
                                TimeUnit.MILLISECONDS);
    }

    /**
     * Whether a whole answer has lain here for so long; the client takes nothing of it, or nobody
     * would ask. Of a streamed one the statement's time limit decides.
     */
    boolean isStuck(Duration patience) {
        long since = wholeSince;
        return since != 0 && System.nanoTime() - since > patience.toNanos();
    }

    /** Answers piece by piece. */
    Body stream(String contentType, Map<String, String> more) {
        if (!begins()) {
            throw new IllegalStateException("the request was answered before");
        }
        HttpResponse response =
                new DefaultHttpResponse(HttpVersion.HTTP_1_1, HttpResponseStatus.OK);
        fill(response, contentType, more);
        if (chunks) {
            HttpUtil.setTransferEncodingChunked(response, true);
        }
        HttpUtil.setKeepAlive(response, keepsAlive);
        var _ = channel.write(response);
        return new Body(channel, keepsAlive, this::ended);
    }

    private void ended() {
        channel.eventLoop().execute(answered);
    }

    private void fill(HttpResponse response, String contentType, Map<String, String> more) {
        if (!contentType.isEmpty()) {
            response.headers().set(HttpHeaderNames.CONTENT_TYPE, contentType);
        }
        response.headers()
                .set(HttpHeaderNames.DATE, DateFormatter.format(Date.from(Instant.now())))
                .set(HttpHeaderNames.CACHE_CONTROL, "no-store")
                .set("X-Content-Type-Options", "nosniff")
                .set(REQUEST_ID, id);
        response.headers().add(everyAnswer);
        more.forEach((name, value) -> response.headers().set(name, value));
    }
}
