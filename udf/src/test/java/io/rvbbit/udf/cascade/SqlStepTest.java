package io.rvbbit.udf.cascade;

import static io.rvbbit.udf.cascade.Invocation.Overrides.NONE;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.rvbbit.rewriter.SqlException;
import io.rvbbit.rewriter.SqlState;
import io.rvbbit.tracking.Event;
import io.rvbbit.udf.cascade.Invocation.Overrides;
import io.rvbbit.udf.llm.Allowance;
import io.rvbbit.udf.web.WebAccess;
import io.rvbbit.udf.web.WebClient;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(30)
final class SqlStepTest {
    private final Books books = new Books();
    private final ScriptedModel model = new ScriptedModel();
    private final ScriptedSql sql = new ScriptedSql();
    private final List<Duration> waits = new ArrayList<>();
    private final StepRunner runner =
            new StepRunner(
                    model,
                    books,
                    books,
                    Clock.systemUTC(),
                    waits::add,
                    StepRunner.Limits.DEFAULT,
                    new WebClient(WebAccess.DEFAULT));

    private static ObjectNode json(String text) {
        try {
            return (ObjectNode) AnswerJson.MAPPER.readTree(text);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private Invocation invocation(String yaml, String input, Overrides overrides, String prefix) {
        return new Invocation(
                CascadeParser.parse("x.yaml", yaml),
                json(input),
                books.newCaller("sql"),
                prefix,
                7,
                "",
                "hash",
                "batch".equals(prefix) ? "rows-hash" : "",
                overrides,
                Allowance.UNLIMITED,
                sql);
    }

    private static RowError error(CascadeResult result) {
        return Objects.requireNonNull(result.error());
    }

    private static final String SQL =
            """
            cascade_id: batch
            cells:
              - name: load
                tool: sql_data
                inputs:
                  query: SELECT * FROM {{ input.data_table }} WHERE a = $1
                  params: ["{{ input.limit | default(none) }}"]
                retry: {max_attempts: 3, backoff: exponential, base: 2s}
            """;

    @Test
    void a_sql_cell_gives_rows_to_the_cells_after_it() throws InterruptedException {
        sql.gives("[{\"a\":1,\"b\":\"x\"},{\"a\":2,\"b\":null}]");
        model.answers("done");
        String yaml =
                SQL
                        + """
                          - name: tell
                            instructions: "{{ outputs.load.row_count }} {{ outputs.load.rows }}"
                        """;
        CascadeResult result =
                runner.run(
                        invocation(yaml, "{\"data_table\":\"my \\\"t\"}", Overrides.NONE, "batch"));
        assertThat(sql.queries).containsExactly("SELECT * FROM  \"my \"\"t\"  WHERE a = $1");
        assertThat(sql.parameters.getFirst()).containsExactly((Object) null);
        assertThat(model.requests.getFirst().messages().getFirst().content())
                .isEqualTo("2 [{\"a\":1,\"b\":\"x\"},{\"a\":2,\"b\":null}]");
        assertThat(result.value()).isEqualTo("done");
        assertThat(result.sessionId()).startsWith("batch-");
        assertThat(books.last(Event.ToolEnded.class).outputJson())
                .isEqualTo("{\"row_count\":2,\"columns\":[\"a\",\"b\"]}");
        assertThat(books.all(Event.CellEnded.class).getFirst().usage()).isNull();
    }

    @Test
    void a_sql_error_is_tried_again_with_backoff_and_is_the_rows_at_last()
            throws InterruptedException {
        SqlException broken = new SqlException(SqlState.DIVISION_BY_ZERO, "division by zero");
        sql.fails(broken).fails(broken).fails(broken);
        CascadeResult result =
                runner.run(invocation(SQL, "{\"data_table\":\"t\"}", Overrides.NONE, "batch"));
        assertThat(waits).containsExactly(Duration.ofSeconds(2), Duration.ofSeconds(4));
        assertThat(result.error())
                .isEqualTo(
                        new RowError(
                                "sql",
                                SqlState.DIVISION_BY_ZERO,
                                "x.yaml:6: cell \"load\": division by zero",
                                0));
        assertThat(books.all(Event.ToolEnded.class)).hasSize(3);
        assertThat(books.all(Event.Noted.class))
                .extracting(Event.Noted::type)
                .containsOnly(Event.NoteType.RETRY);
    }

    @Test
    void sql_that_no_row_can_make_right_is_the_statements_fault_and_names_its_place() {
        SqlException writes =
                new SqlException(SqlState.READ_ONLY_TRANSACTION, "it writes").at(3).hint("read");
        sql.fails(writes).checkFinds = writes;
        SqlException fault =
                catchThrowableOfType(
                        SqlException.class,
                        () -> runner.run(invocation(SQL, "{\"data_table\":\"t\"}", NONE, "batch")));
        assertThat(fault).hasMessage("x.yaml:6: cell \"load\": it writes");
        assertThat(fault.state()).isEqualTo(SqlState.READ_ONLY_TRANSACTION);
        assertThat(fault.position()).isZero();
        assertThat(fault.hint()).hasValue("read");
        assertThat(waits).isEmpty();
        assertThat(sql.checked).containsExactly("SELECT * FROM  \"t\"  WHERE a = $1");
    }

    private static String reading(String query) {
        return """
        cascade_id: files
        cells:
          - {name: ask, instructions: "Which?"}
          - name: read
            tool: sql_data
            inputs:
              query: |
                SELECT 1,
        """
                + "        "
                + query
                + "\n";
    }

    @Test
    void what_a_rows_value_makes_wrong_is_the_rows_error_with_the_line_of_the_query()
            throws InterruptedException {
        SqlException denied = new SqlException(SqlState.INSUFFICIENT_PRIVILEGE, "denied").at(14);
        sql.fails(denied).checkFinds =
                new SqlException(SqlState.SYNTAX_ERROR, "read_text takes no NULL");
        model.answers("this");
        CascadeResult result =
                runner.run(
                        invocation(
                                reading("* FROM read_text({{ input.t }})"),
                                "{\"t\":\"/etc/passwd\"}",
                                NONE,
                                "udf"));
        assertThat(result.error())
                .isEqualTo(
                        new RowError(
                                "sql",
                                SqlState.INSUFFICIENT_PRIVILEGE,
                                "x.yaml:9: cell \"read\": denied",
                                1));
        assertThat(sql.checked).containsExactly("SELECT 1,\n* FROM read_text( NULL )");
    }

    @Test
    void a_fault_says_nothing_of_other_rows_where_values_chose_the_query()
            throws InterruptedException {
        SqlException missing = new SqlException(SqlState.UNDEFINED_TABLE, "no such table");
        for (String input : List.of("{\"t\":null}", "{\"t\":{\"a\":1}}", "{\"t\":[1]}")) {
            sql.fails(missing).checkFinds = missing;
            model.answers("this");
            CascadeResult result =
                    runner.run(invocation(reading("{{ input.t }}"), input, NONE, "udf"));
            assertThat(error(result).state()).isEqualTo(SqlState.UNDEFINED_TABLE);
        }
        sql.fails(missing);
        model.answers("this");
        String branching = reading("{% if input.t %} 2 {% endif %} FROM nowhere");
        CascadeResult result = runner.run(invocation(branching, "{\"t\":1}", NONE, "udf"));
        assertThat(error(result).errorClass()).isEqualTo("sql");
        assertThat(sql.checked).isEmpty();
    }

    @Test
    void a_value_that_sql_cannot_hold_is_the_rows_error() throws InterruptedException {
        model.answers("this");
        CascadeResult result =
                runner.run(
                        invocation(reading("{{ input.t }}"), "{\"t\":\"a\\u0000\"}", NONE, "udf"));
        assertThat(error(result).errorClass()).isEqualTo("value");
        assertThat(error(result).message()).startsWith("x.yaml:").contains("cell \"read\"", "NUL");
        assertThat(sql.queries).isEmpty();
    }
}
