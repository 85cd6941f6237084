package io.rvbbit.gateway.catalog;

import java.util.ArrayList;
import java.util.List;

/**
 * The part of the catalogue that stands in each database instance.
 *
 * <p>Its macros read connection variables that a session may set: {@code _rvbbit_user} (VARCHAR),
 * {@code _rvbbit_pid} (INTEGER) and {@code _rvbbit_databases} (VARCHAR[], the names for {@code
 * \l}). Each has a default. The engine's {@code _rvbbit_backends()} and {@code _rvbbit_settings()}
 * tell what the sessions do and what SHOW answers. Threading: immutable.
 */
public final class PgCatalog {
    /** The version of PostgreSQL that clients are told. */
    public static final String SERVER_VERSION = "15.18";

    public static final String SERVER_VERSION_NUMBER = "150018";

    private PgCatalog() {}

    /**
     * The statements that make the catalog answer catalogue queries; to be run once, in order.
     *
     * <p>The catalog {@code rvbbit} must be attached. Nothing of a client's database is read or
     * changed.
     */
    public static List<String> bootstrap() {
        List<String> statements = new ArrayList<>();
        statements.add("CREATE SCHEMA IF NOT EXISTS rvbbit.pgc");
        statements.add("CREATE SCHEMA IF NOT EXISTS rvbbit.pgi");
        statements.addAll(Definitions.INSTANCE.installed());
        return List.copyOf(statements);
    }

    /**
     * The relations that each connection keeps, each as {@code STAGE [SHARED] name(column TYPE, …)
     * AS query}; the engine provides {@code _rvbbit_catalog} and the lookups over them.
     */
    public static List<String> stages() {
        return Definitions.INSTANCE.stages();
    }

    static String fill(String sql) {
        return sql.replace("{{server_version}}", SERVER_VERSION)
                .replace("{{server_version_num}}", SERVER_VERSION_NUMBER);
    }
}
