package io.rvbbit.it;

import static org.assertj.core.api.Assertions.assertThat;

import io.rvbbit.it.testkit.SqlSession;
import io.rvbbit.it.testkit.StubAnswer;
import io.rvbbit.it.testkit.StubFault;
import io.rvbbit.it.testkit.TestGateway;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;

/** Faults that last as long as they do in earnest, with the thresholds that ship. */
@EnabledIfSystemProperty(named = "soak.diagnosis", matches = "true")
class DiagnosisSoakIT {
    private static final Map<String, StubFault> FIRST =
            Map.of(
                    "pause",
                    StubFault.tooManyRequests(Duration.ofSeconds(65)),
                    "gap",
                    StubFault.tooManyRequests(Duration.ofSeconds(8)),
                    "refused",
                    new StubFault.Close(),
                    "hang",
                    new StubFault.Hang(),
                    "error",
                    StubFault.status(500),
                    "slow",
                    new StubFault.Drip(13, Duration.ofSeconds(10)));

    private static final Map<String, String> CAUSES =
            Map.of(
                    "pause", "MODEL_EXECUTION_FAILURE NETWORK_TIMEOUT",
                    "gap", "MODEL_EXECUTION_FAILURE",
                    "refused", "CONNECTION_FAILURE",
                    "hang", "SERVICE_TIMEOUT",
                    "error", "MODEL_EXECUTION_FAILURE",
                    "slow", "PERFORMANCE_DEGRADATION",
                    "fine", "NONE");

    @Test
    void each_fault_is_found_as_it_is_and_no_other() throws Exception {
        Map<String, AtomicInteger> asked = new ConcurrentHashMap<>();
        Map<String, Future<String>> causes = new HashMap<>();
        try (TestGateway gateway =
                        TestGateway.withStub(
                                Map.of(
                                        "RVBBIT_DB_TRACING", "true",
                                        "RVBBIT_CALL_TIMEOUT", "135s",
                                        "RVBBIT_CALL_ATTEMPTS", "2"));
                ExecutorService clients = Executors.newCachedThreadPool()) {
            gateway.model().answering(_ -> StubAnswer.text("word"));
            gateway.model()
                    .failing(request ->
                            CAUSES.keySet().stream()
                                    .filter(fault -> request.model().equals("model-" + fault))
                                    .filter(fault ->
                                            asked.computeIfAbsent(fault, _ -> new AtomicInteger())
                                                            .incrementAndGet()
                                                    == 1)
                                    .findFirst()
                                    .flatMap(fault -> Optional.ofNullable(FIRST.get(fault))));
            for (String fault : CAUSES.keySet()) {
                causes.put(fault, clients.submit(() -> causes(gateway, fault)));
            }
            Map<String, String> found = new HashMap<>();
            for (Map.Entry<String, Future<String>> one : causes.entrySet()) {
                found.put(one.getKey(), one.getValue().get());
            }
            assertThat(found).containsExactlyInAnyOrderEntriesOf(CAUSES);
        }
    }

    /** A session, and so a model's lane, of its own: one fault must not hold another up. */
    private static String causes(TestGateway gateway, String fault) throws Exception {
        try (SqlSession sql = gateway.session()) {
            sql.execute(
                    "RVBBIT MAP 'first_word' USING (SELECT '%s' AS text) WITH (cache = false, model = 'model-%s')"
                            .formatted(fault, fault));
            return sql.text(
                    "SELECT string_agg(cause, ' ' ORDER BY cause) FROM identify_root_cause('%s')"
                            .formatted(sql.lastCaller()));
        }
    }
}
