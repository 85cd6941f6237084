package io.rvbbit.it.bench;

import io.rvbbit.it.testkit.StubEndpoint;
import io.rvbbit.it.testkit.TestGateway;
import java.util.Map;

/** What tells a gateway of a stub. */
final class Endpoints {
    private Endpoints() {}

    static Map<String, String> of(StubEndpoint stub) {
        return Map.of(
                "OPENAI_BASE_URL",
                stub.url(),
                "RVBBIT_MODEL",
                "bench",
                "RVBBIT_ROOT",
                TestGateway.cascades().toString());
    }
}
