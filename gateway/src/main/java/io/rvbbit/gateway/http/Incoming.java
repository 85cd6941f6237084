package io.rvbbit.gateway.http;

import io.netty.handler.codec.http.HttpRequest;

/** What a connection brings, in the order in which it is answered. Threading: event loop only. */
sealed interface Incoming {
    /** A request that is all there. */
    @SuppressWarnings("ArrayRecordComponent") // on its way to what answers it; nobody compares it
    record Whole(HttpRequest head, byte[] body) implements Incoming {}

    /** A request of which nothing more is read; its answer is the connection's last. */
    record Refused(HttpRequest head, Refusal refusal) implements Incoming {}

    /** The client waits for leave to send the body ({@code Expect: 100-continue}). */
    record Awaited() implements Incoming {}
}
