package io.rvbbit.udf.llm;

import java.time.InstantSource;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.concurrent.Semaphore;

/**
 * Guards the endpoints: so many model calls of the whole server are in flight, none to one that is
 * down.
 *
 * <p>A call waits for its turn, in order, for as long as its statement lives; the time it waits is
 * not part of its timeout. Threading: any thread.
 */
public final class GuardedModels implements Models {
    private final Models models;
    private final Semaphore permits;
    private final InstantSource clock;
    private final ConcurrentMap<String, CircuitBreaker> breakers = new ConcurrentHashMap<>();

    public GuardedModels(Models models, int maxInFlight, InstantSource clock) {
        this.models = models;
        this.permits = new Semaphore(maxInFlight, true);
        this.clock = clock;
    }

    @Override
    public Resolved resolve(String model) {
        Resolved resolved = models.resolve(model);
        return new Resolved(new GuardedClient(resolved.client()), resolved.model());
    }

    private final class GuardedClient implements ModelClient {
        private final ModelClient client;

        GuardedClient(ModelClient client) {
            this.client = client;
        }

        @Override
        public ModelReply send(ModelRequest request, AttemptLog attempts)
                throws InterruptedException {
            CircuitBreaker breaker =
                    breakers.computeIfAbsent(
                            client.provider(), provider -> new CircuitBreaker(provider, clock));
            permits.acquire();
            try {
                breaker.enter();
                ModelReply reply = client.send(request, attempts);
                breaker.answered();
                return reply;
            } catch (ModelException e) {
                if (e.errorClass().equals("circuit_open")
                        || e.errorClass().equals(ModelException.BUDGET)) {
                    // No request has left, so nothing is known of the endpoint.
                    throw e;
                }
                if (e.errorClass().equals("unavailable")) {
                    throw breaker.unanswered(e);
                }
                breaker.answered();
                throw e;
            } finally {
                permits.release();
            }
        }

        @Override
        public void checkPrice(String model) {
            client.checkPrice(model);
        }

        @Override
        public String provider() {
            return client.provider();
        }
    }
}
