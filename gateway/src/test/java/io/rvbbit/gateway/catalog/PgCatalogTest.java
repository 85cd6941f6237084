package io.rvbbit.gateway.catalog;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

class PgCatalogTest {
    private static CatalogInstance sql;

    @BeforeAll
    static void open() {
        sql = new CatalogInstance();
        sql.execute("CREATE SCHEMA sales");
        sql.execute("CREATE TYPE sales.state AS ENUM ('new', 'paid')");
        sql.execute(
                "CREATE TABLE public.people (id INTEGER PRIMARY KEY, name VARCHAR NOT NULL, paid DECIMAL(12,2) DEFAULT 0 CHECK (paid >= 0))");
        sql.execute(
                "CREATE TABLE sales.orders (id BIGINT, person INTEGER, state sales.state, tags VARCHAR[], total DOUBLE GENERATED ALWAYS AS (id * 2))");
        sql.execute(
                "CREATE TABLE public.visits (id INTEGER, person INTEGER REFERENCES public.people (id))");
        sql.execute("CREATE UNIQUE INDEX orders_ix ON sales.orders (id, lower(tags[1]))");
        sql.execute("CREATE VIEW public.rich AS SELECT name FROM public.people WHERE paid > 100");
        sql.execute("CREATE MACRO public.twice(x) AS x * 2");
        sql.execute("COMMENT ON TABLE public.people IS 'Who visits'");
        sql.execute("COMMENT ON COLUMN public.people.name IS 'As written'");
    }

    @AfterAll
    static void close() {
        sql.close();
    }

    @Test
    void every_relation_of_postgresql_15_has_all_of_its_columns_in_order() {
        for (Map.Entry<String, List<SystemRelations.Column>> relation :
                Definitions.INSTANCE.system().all().entrySet()) {
            String schema =
                    relation.getKey().startsWith("pgc.") ? "pg_catalog." : "information_schema.";
            String name = relation.getKey().substring(4);

            assertThat(sql.query("SELECT * FROM " + schema + name + " WHERE false").columns())
                    .as(name)
                    .isEqualTo(
                            relation.getValue().stream()
                                    .map(SystemRelations.Column::name)
                                    .toList());
        }
    }

    @Test
    void dt_lists_the_tables_that_the_search_path_finds() {
        assertThat(
                        sql.query(
                                        """
                                        SELECT n.nspname as "Schema", c.relname as "Name"
                                        FROM pg_catalog.pg_class c LEFT JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
                                        WHERE c.relkind IN ('r','v','') AND n.nspname !~ '^pg_toast' AND n.nspname <> 'pg_catalog'
                                          AND n.nspname NOT IN ('information_schema', 'rvbbit') AND pg_catalog.pg_table_is_visible(c.oid)
                                        ORDER BY 1,2\
                                        """)
                                .rows())
                .containsExactly(
                        List.of("examples", "product_rows"),
                        List.of("examples", "products"),
                        List.of("public", "people"),
                        List.of("public", "rich"),
                        List.of("public", "visits"));
    }

    @Test
    void columns_show_types_defaults_and_comments() {
        assertThat(
                        sql.query(
                                        """
                                        SELECT a.attname, pg_catalog.format_type(a.atttypid, a.atttypmod), a.attnotnull, a.attgenerated,
                                          (SELECT pg_catalog.pg_get_expr(d.adbin, d.adrelid, true) FROM pg_catalog.pg_attrdef d
                                           WHERE d.adrelid = a.attrelid AND d.adnum = a.attnum AND a.atthasdef),
                                          pg_catalog.col_description(a.attrelid, a.attnum)
                                        FROM pg_catalog.pg_attribute a
                                        WHERE a.attrelid IN ('people'::regclass, 'sales.orders'::regclass) AND a.attnum > 0 AND NOT a.attisdropped
                                        ORDER BY a.attrelid = 'sales.orders'::regclass, a.attnum\
                                        """)
                                .rows())
                .containsExactly(
                        List.of("id", "integer", "true", "", "NULL", "NULL"),
                        List.of("name", "text", "true", "", "NULL", "As written"),
                        List.of("paid", "numeric(12,2)", "false", "", "0", "NULL"),
                        List.of("id", "bigint", "false", "", "NULL", "NULL"),
                        List.of("person", "integer", "false", "", "NULL", "NULL"),
                        List.of("state", "sales.state", "false", "", "NULL", "NULL"),
                        List.of("tags", "text[]", "false", "", "NULL", "NULL"),
                        List.of(
                                "total",
                                "double precision",
                                "false",
                                "s",
                                "CAST((id * 2) AS \"DOUBLE\")",
                                "NULL"));
    }

    @Test
    void constraints_and_indexes_print_as_definitions() {
        assertThat(
                        sql.query(
                                        "SELECT pg_get_constraintdef(oid) FROM pg_constraint WHERE conrelid IN ('people'::regclass, 'visits'::regclass) ORDER BY 1")
                                .rows())
                .containsExactly(
                        List.of("CHECK ((paid >= 0))"),
                        List.of("FOREIGN KEY (person) REFERENCES people(id)"),
                        List.of("PRIMARY KEY (id)"));
        assertThat(sql.value("SELECT pg_get_indexdef('sales.orders_ix'::regclass)"))
                .isEqualTo(
                        "CREATE UNIQUE INDEX orders_ix ON sales.orders USING btree (id, lower(tags[1]))");
        assertThat(sql.value("SELECT pg_get_viewdef('rich'::regclass, true)"))
                .contains("FROM public.people");
    }

    @Test
    void df_lists_macros_with_their_arguments() {
        assertThat(
                        sql.query(
                                        """
                                        SELECT n.nspname, p.proname, pg_catalog.pg_get_function_result(p.oid), pg_catalog.pg_get_function_arguments(p.oid)
                                        FROM pg_catalog.pg_proc p LEFT JOIN pg_catalog.pg_namespace n ON n.oid = p.pronamespace
                                        WHERE pg_catalog.pg_function_is_visible(p.oid) AND n.nspname NOT IN ('pg_catalog', 'rvbbit')\
                                        """)
                                .rows())
                .containsExactly(List.of("public", "twice", "anyelement", "x anyelement"));
    }

    @Test
    void oids_are_the_same_on_every_connection_and_after_a_change() {
        String question =
                "SELECT oid, relname FROM pg_class WHERE relnamespace >= 16384 OR relnamespace = 2200 ORDER BY 1";
        List<List<String>> before = sql.query(question).rows();
        try (CatalogInstance other = sql.sibling()) {
            other.execute("ALTER TABLE public.visits ADD COLUMN note VARCHAR");

            assertThat(other.query(question).rows()).isEqualTo(before).isNotEmpty();
            other.execute("ALTER TABLE public.visits DROP COLUMN note");
        }
    }

    @Test
    void oids_do_not_depend_on_when_an_object_was_made() {
        String question =
                "SELECT c.oid, c.reltype, t.typarray FROM pg_class c JOIN pg_type t ON t.oid = c.reltype WHERE relname = 'people'";
        List<List<String>> before = sql.query(question).rows();
        try (CatalogInstance other = new CatalogInstance()) {
            other.execute("CREATE TABLE public.first_of_all (i INTEGER)");
            other.execute("CREATE TABLE public.people (name VARCHAR)");

            assertThat(other.query(question).rows()).isEqualTo(before).hasSize(1);
        }
    }

    @Test
    void constraints_have_the_names_that_postgresql_gives() {
        try (CatalogInstance other = new CatalogInstance()) {
            other.execute("CREATE TABLE public.a (i INTEGER, j INTEGER, PRIMARY KEY (i, j))");
            other.execute(
                    "CREATE TABLE public.b (k INTEGER UNIQUE CHECK (k > 0) CHECK (k < 9), i INTEGER, j INTEGER,"
                            + " FOREIGN KEY (i, j) REFERENCES public.a (i, j), CHECK (i < j))");
            other.execute(
                    "CREATE TABLE public.a_table_with_a_name_of_fifty_characters_or_even_more (with_a_long_column_too INTEGER UNIQUE)");

            assertThat(
                            other.query(
                                            "SELECT conname FROM pg_constraint WHERE conrelid <> 0 ORDER BY conrelid::regclass::text, conname")
                                    .rows())
                    .containsExactly(
                            List.of("a_pkey"),
                            List.of(
                                    "a_table_with_a_name_of_fifty_charact_with_a_long_column_too_key"),
                            List.of("b_check"),
                            List.of("b_i_j_fkey"),
                            List.of("b_k_check"),
                            List.of("b_k_check1"),
                            List.of("b_k_key"));
        }
    }

    @Test
    void literal_defaults_say_their_type() {
        try (CatalogInstance other = new CatalogInstance()) {
            other.execute("CREATE SEQUENCE public.s");
            other.execute("CREATE TYPE public.mood AS ENUM ('sad', 'ok')");
            other.execute(
                    "CREATE TABLE public.d (a VARCHAR DEFAULT 'x', b public.mood DEFAULT 'ok', c BOOLEAN DEFAULT true,"
                            + " d INTEGER DEFAULT 7, e BIGINT DEFAULT nextval('public.s'), f INTEGER)");

            assertThat(
                            other.query(
                                            "SELECT pg_get_expr(adbin, adrelid) FROM pg_attrdef ORDER BY adnum")
                                    .rows())
                    .containsExactly(
                            List.of("'x'::text"),
                            List.of("'ok'::mood"),
                            List.of("true"),
                            List.of("7"),
                            List.of("nextval('public.s'::regclass)"));
        }
    }

    @Test
    void an_index_names_the_columns_of_its_expressions_as_postgresql_does() {
        assertThat(
                        sql.query(
                                        "SELECT attname FROM pg_attribute WHERE attrelid = 'sales.orders_ix'::regclass ORDER BY attnum")
                                .rows())
                .containsExactly(List.of("id"), List.of("lower"));
    }

    @Test
    void an_empty_main_is_not_shown_beside_public() {
        String question = "SELECT count(*) FROM pg_namespace WHERE nspname = 'main'";
        try (CatalogInstance other = new CatalogInstance()) {
            assertThat(other.value(question)).isEqualTo("0");
            other.execute("CREATE TABLE shop.main.t (i INTEGER)");
            assertThat(other.value(question)).isEqualTo("1");
        }
    }

    @Test
    void oids_of_all_kinds_of_objects_differ() {
        assertThat(
                        sql.value(
                                """
                                SELECT count(*) - count(DISTINCT oid) AS n FROM (
                                  SELECT oid FROM pg_class UNION ALL SELECT oid FROM pg_type UNION ALL SELECT oid FROM pg_constraint
                                  UNION ALL SELECT oid FROM pg_namespace UNION ALL SELECT oid FROM pg_enum UNION ALL SELECT oid FROM pg_attrdef
                                  UNION ALL SELECT oid FROM pg_proc) x WHERE oid >= 16384\
                                """))
                .isEqualTo("0");
    }

    @Test
    void reg_casts_go_both_ways() {
        assertThat(sql.value("SELECT 'pg_class'::regclass")).isEqualTo("pg_class");
        assertThat(sql.value("SELECT 'pg_class'::regclass::oid")).isEqualTo("1259");
        assertThat(
                        sql.value(
                                "SELECT atttypid::regtype FROM pg_attribute WHERE attrelid = 'people'::regclass AND attnum = 1"))
                .isEqualTo("integer");
        assertThat(
                        sql.value(
                                "SELECT CAST(CAST('sales.orders' AS REGCLASS) AS OID) = 'sales.orders'::regclass"))
                .isEqualTo("true");
        assertThatThrownBy(() -> sql.query("SELECT 'nope'::regclass::oid"))
                .hasMessageContaining("relation \"nope\" does not exist");
    }

    @Test
    void information_schema_tells_columns_and_keys() {
        assertThat(
                        sql.query(
                                        "SELECT column_name, data_type, udt_name, is_nullable, numeric_precision FROM information_schema.columns WHERE table_name = 'people' ORDER BY ordinal_position")
                                .rows())
                .containsExactly(
                        List.of("id", "integer", "int4", "NO", "32"),
                        List.of("name", "text", "text", "NO", "NULL"),
                        List.of("paid", "numeric", "numeric", "YES", "12"));
        assertThat(
                        sql.query(
                                        "SELECT table_name, column_name, position_in_unique_constraint FROM information_schema.key_column_usage ORDER BY 1")
                                .rows())
                .containsExactly(List.of("people", "id", "NULL"), List.of("visits", "person", "1"));
    }

    @Test
    void the_session_says_who_and_where() {
        assertThat(sql.value("SELECT version()")).startsWith("PostgreSQL 15.");
        assertThat(sql.value("SELECT current_user")).isEqualTo("rvbbit");
        try (CatalogInstance other = sql.sibling()) {
            other.setVariable("_rvbbit_user", "'ann'");
            other.setVariable("_rvbbit_pid", "4711");
            other.setVariable("_rvbbit_databases", "['default', 'shop']");

            assertThat(other.value("SELECT current_user")).isEqualTo("ann");
            assertThat(other.value("SELECT pg_backend_pid()")).isEqualTo("4711");
            assertThat(other.query("SELECT datname FROM pg_database ORDER BY oid").rows())
                    .containsExactly(List.of("default"), List.of("shop"));
        }
    }

    @Test
    void internal_catalogs_show_nothing_but_what_clients_may_read() {
        assertThat(
                        sql.query(
                                        "SELECT DISTINCT table_schema FROM information_schema.tables ORDER BY 1")
                                .rows())
                .containsExactly(
                        List.of("examples"),
                        List.of("information_schema"),
                        List.of("pg_catalog"),
                        List.of("public"),
                        List.of("rvbbit"),
                        List.of("sales"));
    }
}
