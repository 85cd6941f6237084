package io.rvbbit.udf.llm;

import java.io.ByteArrayOutputStream;
import java.net.http.HttpResponse;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Flow;
import org.jspecify.annotations.Nullable;

/**
 * Collects a reply up to a number of bytes; the rest is not read and the connection is closed.
 *
 * <p>Threading: the HTTP client's, one call at a time.
 */
final class BoundedBody implements HttpResponse.BodySubscriber<BoundedBody.Body> {
    /** {@code cut}: the reply is longer than the bound. */
    @SuppressWarnings("ArrayRecordComponent") // Read once, compared never.
    record Body(byte[] bytes, boolean cut) {}

    private final int maxBytes;
    private final ByteArrayOutputStream collected = new ByteArrayOutputStream(1_024);
    private final CompletableFuture<Body> body = new CompletableFuture<>();
    private Flow.@Nullable Subscription subscription;

    BoundedBody(int maxBytes) {
        this.maxBytes = maxBytes;
    }

    @Override
    public CompletionStage<Body> getBody() {
        return body;
    }

    @Override
    public void onSubscribe(Flow.Subscription newSubscription) {
        subscription = newSubscription;
        newSubscription.request(Long.MAX_VALUE);
    }

    @Override
    public void onNext(List<ByteBuffer> buffers) {
        for (ByteBuffer buffer : buffers) {
            byte[] part = new byte[Math.min(buffer.remaining(), maxBytes - collected.size())];
            boolean fits = part.length == buffer.remaining();
            buffer.get(part);
            collected.writeBytes(part);
            if (!fits) {
                if (subscription != null) {
                    subscription.cancel();
                }
                body.complete(new Body(collected.toByteArray(), true));
                return;
            }
        }
    }

    @Override
    public void onError(Throwable broken) {
        body.completeExceptionally(broken);
    }

    @Override
    public void onComplete() {
        body.complete(new Body(collected.toByteArray(), false));
    }
}
