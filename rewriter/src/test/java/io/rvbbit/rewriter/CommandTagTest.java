package io.rvbbit.rewriter;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class CommandTagTest {

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "select 1                                        | SELECT 3",
                "(SELECT 1)                                      | SELECT 3",
                "FROM t                                          | SELECT 3",
                "VALUES (1)                                      | SELECT 3",
                "WITH x AS (SELECT 1) SELECT * FROM x            | SELECT 3",
                "WITH x(a) AS (SELECT 1) INSERT INTO t FROM x    | INSERT 0 3",
                "INSERT INTO t VALUES (1)                        | INSERT 0 3",
                "/* a */ update t SET a = 1                      | UPDATE 3",
                "DELETE FROM t                                   | DELETE 3",
                "MERGE INTO t USING u ON true                    | MERGE 3",
                "COPY t TO 'x.csv'                               | COPY 3",
                "CREATE TABLE t (a INT DEFAULT (1))              | CREATE TABLE",
                "CREATE OR REPLACE TEMP TABLE t AS SELECT 1      | SELECT 3",
                "CREATE OR REPLACE TEMP VIEW v AS SELECT 1       | CREATE VIEW",
                "CREATE MACRO f(a) AS a                          | CREATE FUNCTION",
                "CREATE UNIQUE INDEX i ON t (a)                  | CREATE INDEX",
                "CREATE SCHEMA s                                 | CREATE SCHEMA",
                "DROP TABLE IF EXISTS t                          | DROP TABLE",
                "ALTER TABLE t ADD COLUMN b INT                  | ALTER TABLE",
                "BEGIN TRANSACTION                               | BEGIN",
                "START TRANSACTION                               | START TRANSACTION",
                "COMMIT                                          | COMMIT",
                "END                                             | COMMIT",
                "ABORT                                           | ROLLBACK",
                "ROLLBACK                                        | ROLLBACK",
                "SET a = 1                                       | SET",
                "RESET a                                         | RESET",
                "SHOW a                                          | SHOW",
                "EXPLAIN SELECT 1                                | EXPLAIN",
                "TRUNCATE t                                      | TRUNCATE TABLE",
                "DISCARD ALL                                     | DISCARD ALL",
                "DEALLOCATE p                                    | DEALLOCATE",
                "PREPARE p AS SELECT 1                           | PREPARE",
                "VACUUM                                          | VACUUM",
                "RVBBIT MAP 'c' USING (SELECT 1)                 | SELECT 3",
                "CREATE                                          | CREATE"
            })
    void a_statement_ends_with_the_tag_that_postgresql_sends(String sql, String tag) {
        assertThat(CommandTag.of(sql).complete(3)).isEqualTo(tag);
    }
}
