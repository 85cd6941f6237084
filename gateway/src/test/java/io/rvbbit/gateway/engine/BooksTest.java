package io.rvbbit.gateway.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.rvbbit.rewriter.Lexer;
import io.rvbbit.rewriter.Token;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class BooksTest {
    @TempDir static Path directory;

    private static EngineFixture engine;

    @BeforeAll
    static void open() {
        engine = new EngineFixture(directory);
    }

    @AfterAll
    static void close() {
        engine.close();
    }

    @Test
    void every_type_of_the_books_arrives() {
        assertThat(
                        engine.run(
                                "SELECT message_id, typeof(message_id) AS u, cost, typeof(cost) AS c, tokens_in, turn_number, cache_hit,"
                                        + " typeof(timestamp_iso) AS t FROM unified_logs LIMIT 2"))
                .isEqualTo(
                        "[{\"message_id\":\"00000000-0000-4000-8000-000000000000\",\"u\":\"UUID\",\"cost\":1E-12,\"c\":\"DECIMAL(18,12)\","
                                + "\"tokens_in\":0,\"turn_number\":7,\"cache_hit\":true,\"t\":\"TIMESTAMP WITH TIME ZONE\"},"
                                + "{\"message_id\":\"00000000-0000-4000-8000-000000000001\",\"u\":\"UUID\",\"cost\":null,\"c\":\"DECIMAL(18,12)\","
                                + "\"tokens_in\":1,\"turn_number\":7,\"cache_hit\":true,\"t\":\"TIMESTAMP WITH TIME ZONE\"}]");
    }

    @Test
    void only_the_columns_that_a_query_needs_are_read() {
        engine.books.readColumns.clear();
        assertThat(engine.value("SELECT sum(cost) FROM all_data").decimalValue())
                .isEqualByComparingTo("0.0000000025");
        assertThat(engine.books.readColumns).containsExactly("cost");
        assertThat(engine.value("SELECT count(*) FROM all_data").asInt())
                .isEqualTo(SampleBooks.LOG_ROWS);
    }

    @Test
    void texts_of_any_length_arrive_in_their_rows() {
        assertThat(
                        engine.value(
                                        "SELECT count(*) FROM all_data WHERE cell_name IS NOT DISTINCT FROM"
                                                + " CASE tokens_in % 4 WHEN 0 THEN NULL WHEN 1 THEN ''"
                                                + " WHEN 2 THEN 'straße 🦊 ' || tokens_in ELSE"
                                                + " if(tokens_in % 1000 = 3, repeat('x', 700000 + tokens_in),"
                                                + " 'cell ' || tokens_in) END")
                                .asInt())
                .isEqualTo(SampleBooks.LOG_ROWS);
    }

    @Test
    void an_unknown_or_missing_table_is_a_plain_error() {
        assertThat(engine.failure("FROM _rvbbit_books('nope', '', '')"))
                .hasMessage("the books have no table \"nope\"");
        assertThat(engine.failure("FROM _rvbbit_books(NULL, '', '')"))
                .hasMessage("the books have no table NULL");
        assertThat(
                        engine.failure(
                                "FROM _rvbbit_books(getvariable('unset'), getvariable('unset'), getvariable('unset'))"))
                .isNotNull();
    }

    @Test
    void keys_of_json_are_literal_and_several_go_deeper() {
        assertThat(
                        engine.run(
                                "SELECT JSONExtractString(j, 'sql.query') AS a, JSONExtractString(j, 'sql', 'query') AS b,"
                                        + " JSONExtractString(j, '$') AS c, JSONExtractString(j, 'nope') AS d, JSONExtractInt(j, 'n') AS e,"
                                        + " JSONExtractFloat(j, 'f') AS f, JSONExtractBool(j, 't') AS g, JSONHas(j, 'x/y') AS h,"
                                        + " JSONExtractRaw(j, 'sql') AS i, JSONExtractString('no json', 'a') AS k,"
                                        + " JSONExtractString(NULL, 'a') AS l FROM (SELECT '{\"sql.query\":\"flat\",\"sql\":{\"query\":\"deep\"},"
                                        + "\"$\":\"dollar\",\"n\":7,\"f\":1.5,\"t\":true,\"x/y\":0}' AS j)"))
                .isEqualTo(
                        "[{\"a\":\"flat\",\"b\":\"deep\",\"c\":\"dollar\",\"d\":\"\",\"e\":7,\"f\":1.5,\"g\":true,\"h\":true,"
                                + "\"i\":\"{\\\"query\\\":\\\"deep\\\"}\",\"k\":\"\",\"l\":null}]");
    }

    @Test
    void shares_are_not_rounded_away() {
        assertThat(
                        engine.run(
                                "SELECT countIf(i = 0) / COUNT(*) * 100 AS share, sumIf(i, i > 1) AS s, uniq(i % 2) AS u,"
                                        + " percentile(i, 0.5) AS p FROM range(4) t(i)"))
                .isEqualTo("[{\"share\":25.0,\"s\":5,\"u\":2,\"p\":1.5}]");
    }

    private static Path acceptance() {
        Path directory = Path.of("").toAbsolutePath();
        Path script = directory.resolve("shared/ACCEPTANCE.sql");
        while (!Files.exists(script) && directory.getParent() != null) {
            directory = directory.getParent();
            script = directory.resolve("shared/ACCEPTANCE.sql");
        }
        return script;
    }

    @Test
    void the_acceptance_queries_run_as_written() throws Exception {
        Path script = acceptance();
        assumeTrue(Files.exists(script), "the acceptance queries are kept outside the repository");
        String text = Files.readString(script);
        String parts = text.substring(text.indexOf("-- 2."), text.indexOf("-- 10."));
        List<String> run = new ArrayList<>();
        int from = 0;
        for (Token token : Lexer.tokens(parts)) {
            if (token.isOperator(";")) {
                String sql = parts.substring(from, token.start());
                from = token.end();
                String rows = engine.run(sql);
                boolean pastedId = sql.contains("<paste-caller-id-here>");
                assertThat(rows)
                        .as(sql)
                        .satisfies(r -> assertThat(pastedId || r.length() > 2).isTrue());
                run.add(rows);
            }
        }
        assertThat(run).hasSize(14);
        assertThat(run.getFirst()).contains("RVBBIT MAP 'x'");
        assertThat(run.get(12)).contains("\"success_rate\":75.0");
    }
}
