package io.rvbbit.it.bench;

import java.io.IOException;
import java.util.List;

/** What a client that reflects a schema asks of the catalogue, table by table. */
final class CatalogWork {
    static final int TABLES = 20;
    static final int CONNECTIONS = 50;

    /** Each with the name of the table to come. */
    private static final List<String> QUESTIONS =
            List.of(
                    "SELECT c.oid FROM pg_catalog.pg_class c LEFT JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace"
                        + " WHERE n.nspname = 'reflected' AND c.relname = '%1$s' AND c.relkind IN ('r', 'v')",
                    "SELECT a.attname, pg_catalog.format_type(a.atttypid, a.atttypmod), a.attnotnull, d.description,"
                        + " (SELECT pg_catalog.pg_get_expr(f.adbin, f.adrelid) FROM pg_catalog.pg_attrdef f"
                        + " WHERE f.adrelid = a.attrelid AND f.adnum = a.attnum AND a.atthasdef),"
                        + " (SELECT s.seqstart FROM pg_catalog.pg_sequence s WHERE s.seqrelid ="
                        + " pg_catalog.pg_get_serial_sequence(a.attrelid::regclass::text, a.attname)::regclass::oid)"
                        + " FROM pg_catalog.pg_attribute a LEFT JOIN pg_catalog.pg_description d"
                        + " ON d.objoid = a.attrelid AND d.objsubid = a.attnum"
                        + " WHERE a.attrelid = 'reflected.%1$s'::regclass AND a.attnum > 0 AND NOT a.attisdropped ORDER BY a.attnum",
                    "SELECT r.conname, pg_catalog.pg_get_constraintdef(r.oid, true), n.nspname FROM pg_catalog.pg_constraint r"
                        + " JOIN pg_catalog.pg_class c ON c.oid = r.conrelid JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace"
                        + " WHERE r.conrelid = 'reflected.%1$s'::regclass ORDER BY 1",
                    "SELECT i.relname, x.indisunique, pg_catalog.pg_get_indexdef(x.indexrelid), a.attname FROM pg_catalog.pg_index x"
                        + " JOIN pg_catalog.pg_class i ON i.oid = x.indexrelid"
                        + " LEFT JOIN pg_catalog.pg_attribute a ON a.attrelid = x.indexrelid"
                        + " WHERE x.indrelid = 'reflected.%1$s'::regclass ORDER BY i.relname, a.attnum");

    private CatalogWork() {}

    static void create(Server server) throws IOException {
        try (WireProbe probe = server.connect()) {
            probe.query("CREATE SCHEMA reflected");
            for (int i = 0; i < TABLES; i++) {
                probe.query(
                        "CREATE TABLE reflected.t%1$d (id bigint PRIMARY KEY, name varchar(80) NOT NULL UNIQUE, amount numeric(12,2) DEFAULT 0, made date, note text, CHECK (amount >= 0))"
                                .formatted(i));
                probe.query(
                        "CREATE INDEX t%1$d_ix ON reflected.t%1$d (made, note)".formatted(i));
            }
        }
    }

    static int questions() {
        return TABLES * QUESTIONS.size();
    }

    static void connect(Server server) throws IOException {
        for (int i = 0; i < CONNECTIONS; i++) {
            try (WireProbe probe = server.connect()) {
                probe.query("SELECT 1");
            }
        }
    }

    /** On a new connection, which has read nothing of the catalogue yet. */
    static void reflect(Server server) throws IOException {
        try (WireProbe probe = server.connect()) {
            for (int i = 0; i < TABLES; i++) {
                for (String question : QUESTIONS) {
                    probe.query(question.formatted("t" + i));
                }
            }
        }
    }
}
