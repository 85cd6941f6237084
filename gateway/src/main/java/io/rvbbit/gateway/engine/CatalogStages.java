package io.rvbbit.gateway.engine;

import java.security.SecureRandom;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * All staged relations of the catalogue, and what each connection holds of them.
 *
 * <p>DuckDB's functions find a connection by a random number that it keeps in a variable: even a
 * client who could call them would see no other's. Threading: any thread.
 */
final class CatalogStages {
    /** The connection variable that holds the number. */
    static final String VARIABLE = "_rvbbit_connection";

    private final SecureRandom random = new SecureRandom();
    private final Map<String, CatalogRelation> relations;
    private final ConcurrentMap<String, CatalogRows> shared = new ConcurrentHashMap<>();
    private final ConcurrentMap<Long, CatalogStage> connections = new ConcurrentHashMap<>();

    /**
     * @param stages each as {@link CatalogRelation#parse} reads it
     */
    CatalogStages(List<String> stages) {
        relations =
                stages.stream()
                        .map(CatalogRelation::parse)
                        .collect(Collectors.toMap(CatalogRelation::name, Function.identity()));
    }

    /** What a new connection holds: nothing yet. */
    CatalogStage open(RawConnection connection, AtomicLong definitions) {
        while (true) {
            long number = random.nextLong(1, Long.MAX_VALUE);
            CatalogStage stage = new CatalogStage(this, connection, number, definitions);
            if (connections.putIfAbsent(number, stage) == null) {
                return stage;
            }
        }
    }

    /** Lets go of what connections hold that have rested for that long. */
    void release(Duration rest) {
        connections.values().forEach(stage -> stage.release(rest));
    }

    void close(CatalogStage stage) {
        connections.remove(stage.number());
    }

    /**
     * @throws IllegalArgumentException if no open connection has the number
     */
    CatalogStage stage(long number) {
        CatalogStage stage = connections.get(number);
        if (stage == null) {
            throw new IllegalArgumentException("permission denied for the catalogue");
        }
        return stage;
    }

    CatalogRelation relation(String name) {
        CatalogRelation relation = relations.get(name);
        if (relation == null) {
            throw new IllegalArgumentException("the catalogue stages no \"" + name + "\"");
        }
        return relation;
    }

    @Nullable CatalogRows shared(String name) {
        return shared.get(name);
    }

    void share(CatalogRows rows) {
        shared.put(rows.relation().name(), rows);
    }
}
