package io.rvbbit.gateway.engine;

import java.sql.Connection;
import java.sql.SQLException;
import java.util.List;

/**
 * What other parts add to every database before its first client.
 *
 * @param bootstrap statements that make catalog views; run with {@code rvbbit.main} as the place
 *     where unqualified names are created
 * @param stages relations of the catalogue that each connection keeps, each as {@code STAGE
 *     [SHARED] name(column TYPE, …) AS query}
 * @param macros statements that make public macros over the functions, run after those
 */
public record EngineExtensions(
        List<String> bootstrap,
        List<String> stages,
        List<String> macros,
        InstanceFunctions functions) {
    public EngineExtensions {
        bootstrap = List.copyOf(bootstrap);
        stages = List.copyOf(stages);
        macros = List.copyOf(macros);
    }

    public static EngineExtensions none() {
        return new EngineExtensions(List.of(), List.of(), List.of(), _ -> {});
    }

    /** Registers functions, which DuckDB keeps per database instance. */
    @FunctionalInterface
    public interface InstanceFunctions {
        void register(Connection connection) throws SQLException;
    }
}
