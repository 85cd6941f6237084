package io.rvbbit.udf.llm;

import java.util.concurrent.Semaphore;

/**
 * Lets only so many model calls of the whole server be in flight.
 *
 * <p>A call waits for its turn, in order, for as long as its statement lives; the time it waits is
 * not part of its timeout. Threading: any thread.
 */
public final class BoundedModels implements Models {
    private final Models models;
    private final Semaphore permits;

    public BoundedModels(Models models, int maxInFlight) {
        this.models = models;
        this.permits = new Semaphore(maxInFlight, true);
    }

    @Override
    public Resolved resolve(String model) {
        Resolved resolved = models.resolve(model);
        return new Resolved(new BoundedClient(resolved.client()), resolved.model());
    }

    private final class BoundedClient implements ModelClient {
        private final ModelClient client;

        BoundedClient(ModelClient client) {
            this.client = client;
        }

        @Override
        public ModelReply send(ModelRequest request, AttemptLog attempts)
                throws InterruptedException {
            permits.acquire();
            try {
                return client.send(request, attempts);
            } finally {
                permits.release();
            }
        }

        @Override
        public String provider() {
            return client.provider();
        }
    }
}
