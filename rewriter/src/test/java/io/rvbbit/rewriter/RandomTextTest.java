package io.rvbbit.rewriter;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Random;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

/** Whatever a client sends, the answer is a statement or a SqlException. The seeds are fixed. */
class RandomTextTest {
    private static final List<String> PIECES =
            List.of(
                    "RVBBIT",
                    "MAP",
                    "RUN",
                    "RESUME",
                    "REPLAY",
                    "USING",
                    "WITH",
                    "AS",
                    "PARALLEL",
                    "DISTINCT",
                    "EXPLAIN",
                    "ANALYZE",
                    "CREATE",
                    "OR",
                    "REPLACE",
                    "TEMP",
                    "TABLE",
                    "VIEW",
                    "INSERT",
                    "INTO",
                    "COPY",
                    "TO",
                    "FROM",
                    "SELECT",
                    "LIMIT",
                    "FETCH",
                    "FIRST",
                    "ALL",
                    "VALUES",
                    "FORMAT",
                    "JSON",
                    "SAMPLE",
                    "PREPARE",
                    "DROP",
                    "ALTER",
                    "COMMENT",
                    "ON",
                    "COLUMN",
                    "SET",
                    "VARIABLE",
                    "PRAGMA",
                    "USE",
                    "QUERY",
                    "getvariable",
                    "IF",
                    "NOT",
                    "EXISTS",
                    "RECURSIVE",
                    "MATERIALIZED",
                    "KEY",
                    "(",
                    "(",
                    ")",
                    ")",
                    "[",
                    "]",
                    ",",
                    ";",
                    ".",
                    "=",
                    "-",
                    "*",
                    "'c'",
                    "''",
                    "'",
                    "\"",
                    "\"x\"",
                    "E'\\",
                    "U&'\\00",
                    "$$",
                    "$a$",
                    "$1",
                    "5",
                    "1e999999999",
                    "9".repeat(50),
                    "'30m'",
                    "limit",
                    "cache",
                    "dedupe_by",
                    "key",
                    "--",
                    "\n",
                    "/*",
                    "*/",
                    "\ud800",
                    "😀",
                    "ü",
                    "\u0000",
                    "::",
                    "true",
                    "none");

    private static String soup(Random random) {
        StringBuilder text = new StringBuilder();
        for (int i = random.nextInt(30); i >= 0; i--) {
            text.append(PIECES.get(random.nextInt(PIECES.size())));
            text.append(random.nextInt(5) == 0 ? "" : " ");
        }
        return text.toString();
    }

    private static String mutated(String statement, Random random) {
        StringBuilder text = new StringBuilder(statement);
        for (int i = random.nextInt(3); i >= 0; i--) {
            int at = random.nextInt(text.length() + 1);
            switch (random.nextInt(3)) {
                case 0 -> text.insert(at, PIECES.get(random.nextInt(PIECES.size())));
                case 1 -> text.delete(at, Math.min(text.length(), at + random.nextInt(8)));
                default -> text.setLength(Math.max(1, at));
            }
        }
        return text.toString();
    }

    private static void assertAnswered(String sql) {
        try {
            String covered = Lexer.all(sql).stream().map(Token::text).collect(Collectors.joining());
            assertThat(covered).isEqualTo(sql);
            for (Script.Part part : Script.split(sql).parts()) {
                assertPartAnswered(part);
            }
        } catch (SqlException e) {
            assertPointsInto(sql, e);
        }
        Fingerprint.of(sql);
        Identifiers.of(sql);
        CommandTag.of(sql);
        AutoLimit.hasOwnLimit(sql);
        StatementParser.mentionsRvbbitStatement(sql);
    }

    private static void assertPartAnswered(Script.Part part) {
        try {
            ClientSql.check(part.text());
        } catch (SqlException e) {
            assertPointsInto(part.text(), e);
        }
        try {
            StatementParser.parse(part);
        } catch (SqlException e) {
            assertPointsInto(part.text(), e.at(e.position() - part.offset()));
        }
    }

    private static void assertPointsInto(String text, SqlException e) {
        assertThat(e.position())
                .as("%s in %s", e.getMessage(), text)
                .isBetween(1, text.codePointCount(0, text.length()) + 1);
    }

    @Test
    void token_soup_is_answered() {
        Random random = new Random(42);
        for (int i = 0; i < 5_000; i++) {
            assertAnswered(soup(random));
        }
    }

    @Test
    void mutated_golden_statements_are_answered() {
        Random random = new Random(7);
        for (GoldenCase golden : GoldenCase.all()) {
            for (int i = 0; i < 30; i++) {
                assertAnswered(mutated(golden.statement(), random));
            }
        }
    }

    @Test
    void deep_nesting_is_answered() {
        assertAnswered("RVBBIT MAP 'c' USING (".repeat(500));
        assertAnswered("RVBBIT MAP 'c' USING (SELECT " + "(".repeat(20_000) + ")".repeat(20_000));
        assertAnswered(
                "SELECT * FROM t WHERE "
                        + "(".repeat(3_000)
                        + "1"
                        + ")".repeat(3_000)
                        + " LIMIT 5");
        assertAnswered("(".repeat(20_000) + "SELECT 1 LIMIT 5" + ")".repeat(20_000));
        assertAnswered("query('".repeat(200));
    }
}
