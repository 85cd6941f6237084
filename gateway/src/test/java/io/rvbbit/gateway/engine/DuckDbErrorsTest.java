package io.rvbbit.gateway.engine;

import static org.assertj.core.api.Assertions.assertThat;

import io.rvbbit.rewriter.SqlException;
import io.rvbbit.rewriter.SqlState;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class DuckDbErrorsTest {
    @TempDir static Path directory;

    private static EngineFixture engine;

    @BeforeAll
    static void tables() {
        engine = new EngineFixture(directory);
        engine.run("CREATE TABLE t (id INT PRIMARY KEY, v VARCHAR NOT NULL CHECK (v <> 'bad'))");
        engine.run("CREATE TABLE child (id INT REFERENCES t (id))");
        engine.run("INSERT INTO t VALUES (1, 'a')");
        engine.run("INSERT INTO child VALUES (1)");
        engine.run("CREATE SCHEMA s1");
    }

    @AfterAll
    static void close() {
        engine.close();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            textBlock =
                    """
                    select * from nope                     | 42P01 | 15 | relation "nope" does not exist
                    insert into nope values (1)            | 42P01 | 0  | relation "nope" does not exist
                    drop table nope                        | 42P01 | 0  | relation "nope" does not exist
                    select nope from t                     | 42703 | 8  | column "nope" does not exist
                    select 'ü€', nope from t               | 42703 | 14 | column "nope" does not exist
                    select t.nope from t                   | 42703 | 8  | column "nope" of relation "t" does not exist
                    update t set nope = 1                  | 42703 | 0  | column "nope" does not exist
                    select x.a from t                      | 42P01 | 8  | missing FROM-clause entry for table "x"
                    select a.id from t a, t b where id = 1 | 42702 | 33 | column reference "id" is ambiguous
                    selec 1                                | 42601 | 1  | syntax error at or near "selec"
                    select 1 +                             | 42601 | 11 | syntax error at end of input
                    select nofn(1)                         | 42883 | 8  | function "nofn" does not exist
                    select length(1, 2)                    | 42883 | 8  | function length(INTEGER_LITERAL, INTEGER_LITERAL) does not exist
                    select 1::nope                         | 42704 | 11 | type "nope" does not exist
                    select 'x'::int                        | 22P02 | 11 | invalid input syntax for type integer: "x"
                    select '{a'::json                      | 22P02 | 12 | invalid input syntax for type json
                    select 9999999999::int                 | 22003 | 18 | integer out of range
                    select 2147483647::int + 1::int        | 22003 | 0  | overflow in addition of INT32 (2147483647 + 1)!
                    insert into t values (1, 'b')          | 23505 | 0  | duplicate key value violates unique constraint
                    insert into t values (2, null)         | 23502 | 0  | null value in column "v" of relation "t" violates not-null constraint
                    insert into t values (2, 'bad')        | 23514 | 0  | new row for relation "t" violates check constraint
                    insert into child values (9)           | 23503 | 0  | insert, update or delete violates foreign key constraint
                    create table t (i int)                 | 42P07 | 0  | relation "t" already exists
                    create schema s1                       | 42P06 | 0  | schema "s1" already exists
                    select * from nos.t                    | 3F000 | 15 | schema "nos" does not exist
                    create table nos.t (i int)             | 3F000 | 0  | schema "nos" does not exist
                    set search_path = 'nos'                | 3F000 | 0  | schema "nos" does not exist
                    alter table t add column v int         | 42701 | 0  | column "v" already exists
                    select id from t group by v            | 42803 | 8  | column "id" must appear in the GROUP BY clause or must be part of an aggregate function.
                    select (select 1 union all select 2)   | 21000 | 0  | more than one row returned by a subquery used as an expression
                    select current_setting('nope')         | 42704 | 0  | unrecognized configuration parameter "nope"
                    commit                                 | 25P01 | 0  | there is no transaction in progress
                    set memory_limit = '1TB'               | 42501 | 0  | permission denied to set parameter "memory_limit"
                    """)
    void every_fault_has_postgresqls_state_position_and_words(
            String sql, String state, int position, String message) {
        SqlException error = engine.failure(sql);

        assertThat(error.state().code()).isEqualTo(state);
        assertThat(error.position()).isEqualTo(position);
        assertThat(error).hasMessage(message);
    }

    @Test
    void names_that_exist_come_as_a_hint() {
        assertThat(engine.failure("select idd from t").hint()).hasValue("did you mean \"id\"?");
        assertThat(engine.failure("select substring('a')").hint().orElseThrow())
                .contains("substring(VARCHAR, BIGINT)");
    }

    @Test
    void a_failed_transaction_stays_open_and_refuses_everything_until_it_ends() {
        engine.run("BEGIN");
        assertThat(engine.failure("BEGIN").state().code()).isEqualTo("25001");
        assertThat(engine.failure("SELECT 1").state().code()).isEqualTo("25P02");
        assertThat(engine.connection.inTransaction()).isTrue();
        engine.run("ROLLBACK");
        assertThat(engine.connection.inTransaction()).isFalse();
    }

    @Test
    void two_writers_of_one_row_cannot_both_win() {
        engine.run("CREATE TABLE counters AS SELECT 1 AS id, 0 AS n");
        try (EngineConnection other = engine.databases.connect("default")) {
            engine.run("BEGIN");
            engine.run("UPDATE counters SET n = 1");

            assertThat(EngineFixture.failure(other, "UPDATE counters SET n = 2").state().code())
                    .isEqualTo("40001");
        } finally {
            engine.run("ROLLBACK");
        }
    }

    @Test
    void tokens_and_hidden_names_are_not_told() {
        SqlException error =
                engine.failure("SELECT error('_rvbbit_map(''0123456789abcdef0123456789abcdef'')')");

        assertThat(error).hasMessage("<caller>('<caller>')");
        assertThat(engine.failure("SELECT _rvbbit_map('0123456789abcdef0123456789abcdef')"))
                .hasMessage("function \"<caller>\" does not exist");
    }

    @Test
    void a_stack_trace_is_cut_off() {
        String fault =
                "Invalid Input Error: java.lang.IllegalStateException: it broke\n\tat a.B.c(B.java:1)";

        assertThat(DuckDbErrors.translate(fault)).hasMessage("it broke");
    }

    @Test
    void an_interrupt_that_nobody_asked_for_is_not_called_a_cancel() {
        SqlException error = DuckDbErrors.translate("INTERRUPT Error: Interrupted!");

        assertThat(error.state()).isEqualTo(SqlState.INTERNAL_ERROR);
        assertThat(error.hint()).get().asString().contains("run the statement again");
    }
}
