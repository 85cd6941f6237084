package io.rvbbit.it;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.rvbbit.it.testkit.GatewayTest;
import io.rvbbit.it.testkit.Processes;
import io.rvbbit.it.testkit.Processes.Outcome;
import io.rvbbit.it.testkit.SqlSession;
import io.rvbbit.it.testkit.TestGateway;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.postgresql.PGConnection;
import org.postgresql.copy.CopyIn;
import org.postgresql.copy.CopyManager;
import org.postgresql.util.PSQLException;
import org.postgresql.util.ServerErrorMessage;

/** COPY through the connection, by pgjdbc and psql. */
@GatewayTest
class CopyIT {
    private static final String TYPES =
            """
            CREATE TEMP TABLE types (bo BOOLEAN, ti TINYINT, si SMALLINT, i INTEGER, bi BIGINT,
              ui UINTEGER, ubi UBIGINT, hi HUGEINT, f FLOAT, d DOUBLE, de DECIMAL(10,3),
              wide DECIMAL(30,5), vc VARCHAR, bl BLOB, da DATE, tm TIME, ts TIMESTAMP,
              tz TIMESTAMPTZ, iv INTERVAL, u UUID, js JSON, b BIT, ttz TIMETZ, l INTEGER[],
              ll INTEGER[][], vl VARCHAR[], st STRUCT(a INTEGER, b VARCHAR), m MAP(VARCHAR, INTEGER),
              ar INTEGER[3], ls STRUCT(a INTEGER)[], tss TIMESTAMP_S, tns TIMESTAMP_NS, dl DATE[],
              il INTERVAL[], bll BLOB[], un UNION(num INTEGER, str VARCHAR))\
            """;
    private static final String VALUES =
            """
            INSERT INTO types VALUES (true, -5, 300, -70000, 5000000000, 4000000000,
              18000000000000000000, -170141183460469231731687303715884105727, 1.5, -2.25e10,
              -1234.567, 12345678901234567890.12345, E'a\\tb"c\\\\d,e\\n', '\\xAB\\x00\\xFF'::BLOB,
              '2020-02-29', '12:34:56.789', '2021-03-04 05:06:07.089', '2021-03-04 05:06:07+02',
              INTERVAL '1 year 2 days 3 hours', '12345678-1234-1234-1234-123456789abc',
              '{"a": [1, "x"]}', '10101'::BIT, '10:11:12+02:00', [1, NULL, 3], [[1, 2], [3, 4]],
              ['a,b', 'c"d', NULL, 'NULL', '', E'back\\\\slash'], {'a': 1, 'b': 'x"y'},
              MAP {'k': 1, 'j': NULL}, [7, 8, 9], [{'a': 1}, {'a': NULL}], '2020-01-01 00:00:01',
              '2020-01-01 00:00:00.123456', ['2020-01-01'::DATE, NULL],
              [INTERVAL '1 day', INTERVAL '-2 hours'], ['\\xAB'::BLOB, 'ab'::BLOB],
              union_value(num := 5));
            INSERT INTO types (bo) VALUES (NULL);
            INSERT INTO types (vc, da, ts, tz, d, f, bi, l)
            VALUES ('', 'infinity', '-infinity', 'infinity', 'NaN', '-Infinity',
              -9223372036854775808, [])\
            """;

    private static CopyManager copies(SqlSession sql) throws SQLException {
        return sql.connection().unwrap(PGConnection.class).getCopyAPI();
    }

    private static byte[] out(SqlSession sql, String statement) throws Exception {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        copies(sql).copyOut(statement, bytes);
        return bytes.toByteArray();
    }

    private static long in(SqlSession sql, String statement, byte[] data) throws Exception {
        return copies(sql).copyIn(statement, new ByteArrayInputStream(data), 7);
    }

    private static ServerErrorMessage refusal(SqlSession sql, String statement, String data) {
        PSQLException refused =
                catchThrowableOfType(
                        PSQLException.class, () -> in(sql, statement, data.getBytes(UTF_8)));
        ServerErrorMessage told = refused.getServerErrorMessage();
        if (told == null) {
            throw new IllegalStateException(refused);
        }
        return told;
    }

    @ParameterizedTest
    @ValueSource(strings = {"text", "csv", "binary"})
    void every_type_comes_back_as_it_went(String format, SqlSession sql) throws Exception {
        sql.execute(TYPES).execute(VALUES).execute("CREATE TEMP TABLE back AS FROM types LIMIT 0");

        byte[] data = out(sql, "COPY types TO STDOUT (FORMAT " + format + ")");

        assertThat(in(sql, "COPY back FROM STDIN (FORMAT " + format + ")", data)).isEqualTo(3);
        assertThat(
                        sql.number(
                                "SELECT count(*) FROM (SELECT * REPLACE (un::VARCHAR AS un) FROM types"
                                        + " EXCEPT ALL SELECT * REPLACE (un::VARCHAR AS un) FROM"
                                        + " back)"))
                .isZero();
    }

    /** As PostgreSQL 15 answers the same statements. */
    @ParameterizedTest
    @CsvSource(
            delimiter = '@',
            quoteCharacter = '`',
            textBlock =
                    """
                    (SELECT 1 AS a, '' AS b, NULL AS c, E'\\\\.' AS d) TO STDOUT CSV              @ 1,"",,\\.~
                    (SELECT E'\\\\.' AS d) TO STDOUT CSV                                          @ "\\."~
                    (SELECT E'\\\\.' AS d) TO STDOUT                                              @ \\\\.~
                    (VALUES (1, 'a'), (2, NULL)) TO STDOUT CSV FORCE QUOTE *                      @ "1","a"~"2",~
                    (SELECT E'a\\rb,"q' AS d) TO STDOUT CSV                                       @ "a^b,""q"~
                    (SELECT E'a\\b\\f\\n\\r\\t\\x0b\\\\x' AS d) TO STDOUT                         @ a\\b\\f\\n\\r\\t\\v\\\\x~
                    (SELECT E'a\\x01|b' AS d) TO STDOUT (DELIMITER '|')                           @ a!\\|b~
                    (SELECT 'x' AS "A,b", 1 AS "c""d") TO STDOUT CSV HEADER                       @ "A,b","c""d"~x,1~
                    (SELECT 1 AS a WHERE false) TO STDOUT CSV HEADER                              @ a~
                    (SELECT NULL AS a) TO STDOUT CSV                                              @ ~
                    (SELECT 'abc' AS a) TO STDOUT CSV NULL 'abc'                                  @ "abc"~
                    (SELECT 0 AS a, NULL AS b) TO STDOUT CSV NULL '0'                             @ "0",0~
                    (SELECT 'it''s \\ x' AS b) TO STDOUT CSV QUOTE '''' ESCAPE '\\'               @ 'it\\'s \\\\ x'~
                    (SELECT true, 1.50::DECIMAL(8,2), DATE '2020-01-02', 1.5::DOUBLE) TO STDOUT   @ t>1.50>2020-01-02>1.5~
                    """)
    void what_goes_out_is_what_postgresql_sends(String copy, String expected, SqlSession sql)
            throws Exception {
        assertThat(new String(out(sql, "COPY " + copy), UTF_8))
                .isEqualTo(
                        expected.replace('~', '\n')
                                .replace('^', '\r')
                                .replace('>', '\t')
                                .replace('!', '\001'));
    }

    @Test
    void binary_has_header_and_trailer(SqlSession sql) throws Exception {
        byte[] header = "PGCOPY\n\u00ff\r\n\0\0\0\0\0\0\0\0\0".getBytes(ISO_8859_1);
        byte[] data = out(sql, "COPY (SELECT 5::INTEGER AS a) TO STDOUT (FORMAT \"binary\")");
        byte[] none = out(sql, "COPY (SELECT 5 AS a WHERE false) TO STDOUT BINARY");

        assertThat(data)
                .startsWith(header)
                .endsWith(0, 1, 0, 0, 0, 4, 0, 0, 0, 5, 0xff, 0xff)
                .hasSize(header.length + 12);
        assertThat(none).startsWith(header).endsWith(0xff, 0xff).hasSize(header.length + 2);
    }

    @Test
    void columns_left_out_get_their_defaults(SqlSession sql) throws Exception {
        sql.execute(
                "CREATE TEMP TABLE d (a INTEGER DEFAULT 7, b VARCHAR, c INTEGER NOT NULL DEFAULT 1,"
                        + " g INTEGER GENERATED ALWAYS AS (a * 2))");

        in(sql, "COPY d (b) FROM STDIN WHERE b <> 'no'", "yes\nno\n".getBytes(UTF_8));

        assertThat(out(sql, "COPY d TO STDOUT")).asString(UTF_8).isEqualTo("7\tyes\t1\n");
        assertThat(refusal(sql, "COPY d (g) FROM STDIN", "1\n").getSQLState()).isEqualTo("42P10");
        assertThat(refusal(sql, "COPY d (b, b) FROM STDIN", "").getSQLState()).isEqualTo("42701");
        assertThat(refusal(sql, "COPY d (z) FROM STDIN", "").getSQLState()).isEqualTo("42703");
        assertThat(refusal(sql, "COPY d FROM STDIN CSV FORCE NULL z", "").getSQLState())
                .isEqualTo("42703");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '@',
            quoteCharacter = '`',
            textBlock =
                    """
                    1>x~abc>y~ @ 22P02 @ invalid input syntax for type integer: "abc" @ COPY strict, line 2, column a: "abc"
                    1>x~2~     @ 22P04 @ missing data for column "b"                  @ COPY strict, line 2: "2"
                    1>x>y~     @ 22P04 @ extra data after last expected column        @ COPY strict, line 1: "1>x>y"
                    9>x~\\N>f~ @ 23502 @ null value in column "a" of relation "strict" violates not-null constraint @ COPY strict, line 2: "\\N>f"
                    9>x~9>y~   @ 23505 @ duplicate key value violates unique constraint @ COPY strict
                    -1>x~      @ 23514 @ new row for relation "strict" violates check constraint @ COPY strict
                    99999999999>x~ @ 22003 @ value "99999999999" is out of range for type integer @ COPY strict, line 1, column a: "99999999999"
                    """)
    void a_bad_row_is_named_and_no_row_stays(
            String data, String state, String message, String context, SqlSession sql) {
        sql.execute("CREATE TEMP TABLE strict (a INTEGER PRIMARY KEY CHECK (a > 0), b VARCHAR)");

        ServerErrorMessage told =
                refusal(sql, "COPY strict FROM STDIN", data.replace('~', '\n').replace('>', '\t'));

        assertThat(told.getSQLState()).isEqualTo(state);
        assertThat(told.getMessage()).startsWith(message);
        assertThat(told.getWhere()).isEqualTo(context.replace('>', '\t'));
        assertThat(sql.number("SELECT count(*) FROM strict")).isZero();
    }

    @Test
    void a_copy_is_part_of_its_transaction(SqlSession sql) throws Exception {
        sql.execute("CREATE TABLE kept (a INTEGER)");
        sql.connection().setAutoCommit(false);

        in(sql, "COPY kept FROM STDIN", "1\n2\n".getBytes(UTF_8));
        assertThat(sql.number("SELECT count(*) FROM kept")).isEqualTo(2);
        sql.connection().rollback();
        assertThat(sql.number("SELECT count(*) FROM kept")).isZero();
        sql.connection().commit();

        in(sql, "COPY kept FROM STDIN", "1\n".getBytes(UTF_8));
        assertThat(refusal(sql, "COPY kept FROM STDIN", "2\nx\n").getSQLState()).isEqualTo("22P02");
        sql.query("SELECT 1").fails(io.rvbbit.rewriter.SqlState.IN_FAILED_TRANSACTION);
        sql.connection().rollback();
        assertThat(sql.number("SELECT count(*) FROM kept")).isZero();
        sql.connection().commit();

        in(sql, "COPY kept FROM STDIN", "1\n".getBytes(UTF_8));
        sql.connection().commit();
        sql.connection().setAutoCommit(true);
        assertThat(sql.number("SELECT count(*) FROM kept")).isEqualTo(1);
        sql.execute("DROP TABLE kept");
    }

    @Test
    void more_rows_than_one_batch_arrive(SqlSession sql) throws Exception {
        sql.execute("CREATE TEMP TABLE many (i BIGINT, t VARCHAR, d DOUBLE)");
        byte[] data =
                out(
                        sql,
                        "COPY (SELECT i, CASE WHEN i % 7 <> 0 THEN repeat('x', (i % 40)::INTEGER) END,"
                                + " i / 4 FROM range(500000) r(i)) TO STDOUT");

        assertThat(copies(sql).copyIn("COPY many FROM STDIN", new ByteArrayInputStream(data)))
                .isEqualTo(500_000);
        assertThat(
                        sql.text(
                                "SELECT count(*) || ' ' || sum(i) || ' ' || sum(length(t)) || ' ' ||"
                                        + " count(t) FROM many"))
                .isEqualTo(
                        sql.text(
                                "SELECT count(*) || ' ' || sum(i) || ' ' || sum(i % 40) FILTER (i % 7"
                                        + " <> 0) || ' ' || count(*) FILTER (i % 7 <> 0) FROM"
                                        + " range(500000) r(i)"));
    }

    @Test
    void a_client_may_give_up(SqlSession sql) throws Exception {
        sql.execute("CREATE TEMP TABLE given (a INTEGER)");
        CopyIn copy = copies(sql).copyIn("COPY given FROM STDIN");
        copy.writeToCopy("1\n".getBytes(UTF_8), 0, 2);

        copy.cancelCopy();

        assertThat(sql.number("SELECT count(*) FROM given")).isZero();
    }

    @Test
    void a_long_copy_out_can_be_cancelled(SqlSession sql) throws Exception {
        CountDownLatch begun = new CountDownLatch(1);
        try (ExecutorService threads = Executors.newSingleThreadExecutor()) {
            Future<PSQLException> outcome =
                    threads.submit(() ->
                            catchThrowableOfType(
                                    PSQLException.class,
                                    () ->
                                            copies(sql)
                                                    .copyOut(
                                                            "COPY (SELECT i FROM"
                                                                    + " range(10000000000) r(i))"
                                                                    + " TO STDOUT",
                                                            new java.io.OutputStream() {
                                                                @Override
                                                                public void write(int b) {
                                                                    begun.countDown();
                                                                }
                                                            })));
            begun.await();
            sql.connection().unwrap(PGConnection.class).cancelQuery();

            assertThat(outcome.get().getSQLState()).isEqualTo("57014");
        }
        assertThat(sql.number("SELECT 1")).isEqualTo(1);
    }

    @Test
    void a_view_is_copied_by_its_query_only(SqlSession sql) throws Exception {
        sql.execute("CREATE TEMP VIEW seen AS SELECT 1 AS a");

        PSQLException refused =
                catchThrowableOfType(PSQLException.class, () -> out(sql, "COPY seen TO STDOUT"));

        assertThat(refused.getSQLState()).isEqualTo("42809");
        assertThat(refused.getMessage()).contains("Try the COPY (SELECT ...) TO variant.");
        assertThat(out(sql, "COPY (FROM seen) TO STDOUT")).asString(UTF_8).isEqualTo("1\n");
    }

    @Test
    void a_map_can_be_copied_and_is_on_the_books(SqlSession sql) throws Exception {
        String copy =
                "COPY (RVBBIT MAP 'first_word' AS word USING (SELECT 'red apple' AS text)) TO STDOUT"
                        + " (FORMAT csv, HEADER)";

        assertThat(out(sql, copy)).asString(UTF_8).isEqualTo("text,word\nred apple,red\n");
        assertThat(
                        sql.text(
                                "SELECT query_raw || ' ' || rows_output FROM sql_query_log WHERE"
                                        + " caller_id = '"
                                        + sql.lastCaller()
                                        + "'"))
                .isEqualTo(copy + " 1");
    }

    @Test
    void the_books_can_be_copied_out_and_not_in(SqlSession sql) throws Exception {
        assertThat(out(sql, "COPY (SELECT count(*) >= 0 FROM sql_query_log) TO STDOUT"))
                .asString(UTF_8)
                .isEqualTo("t\n");
        out(sql, "COPY sql_query_log (caller_id) TO STDOUT");
        assertThat(refusal(sql, "COPY sql_query_log FROM STDIN", "").getSQLState())
                .isEqualTo("42501");
    }

    @ParameterizedTest
    @ValueSource(strings = {"text", "csv", "binary"})
    void psql_copies_both_ways(String format, TestGateway gateway, @TempDir Path directory)
            throws Exception {
        assumeTrue(Processes.isInstalled("psql"), "psql is not installed");
        Path file = directory.resolve("rows");
        String script =
                """
                CREATE TEMP TABLE sent AS SELECT i, 'line ' || i || E'\\n"q",\\\\' AS t FROM range(2000) r(i);
                CREATE TEMP TABLE got (i BIGINT, t VARCHAR);
                \\copy sent to '%1$s' (format %2$s)
                \\copy got from '%1$s' (format %2$s)
                SELECT count(*) FROM (FROM sent INTERSECT FROM got);
                """
                        .formatted(file, format);
        Path commands = Files.writeString(directory.resolve("script.sql"), script);

        Outcome outcome = psql(gateway, "-A", "-t", "-q", "-f", commands.toString());

        assertThat(outcome.err()).isEmpty();
        assertThat(outcome.out()).endsWith("2000\n");
    }

    private static Outcome psql(TestGateway gateway, String... arguments) throws Exception {
        List<String> command =
                new ArrayList<>(List.of("psql", "-X", "-h", "127.0.0.1", "-U", "rvbbit"));
        command.addAll(List.of("-p", Integer.toString(gateway.port()), "-d", "default"));
        command.addAll(List.of(arguments));
        return Processes.run(Path.of("."), Map.of("PGCLIENTENCODING", "UTF8"), command);
    }
}
