package io.rvbbit.it;

import static org.assertj.core.api.Assertions.assertThat;

import io.rvbbit.it.testkit.AcceptanceFile;
import io.rvbbit.it.testkit.GatewayTest;
import io.rvbbit.it.testkit.SqlSession;
import io.rvbbit.it.testkit.SqlTable;
import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;

/** The statements of the contract, verbatim, from its own file. */
@GatewayTest
class AcceptanceIT {
    private final AcceptanceFile contract = AcceptanceFile.read();

    private List<String> part(int number) {
        return contract.part(number);
    }

    @Test
    void the_contract_runs_as_written(SqlSession sql) {
        sql.model()
                .answers(
                        "Here are 100 products",
                        "{\"summary\":\"s\",\"total_products\":100,\"insights\":[\"i\"]}");
        // The statements ask for the same products; here each is to cost something.
        sql.execute("SET rvbbit.cache = false");
        List<String> callers = new ArrayList<>();
        List<Integer> rows = new ArrayList<>();
        for (String statement : part(1)) {
            rows.add(sql.query(statement).table().rows().size());
            callers.add(sql.lastCaller());
        }
        assertThat(rows).containsExactly(3, 5, 5, 1);
        assertThat(callers).doesNotHaveDuplicates().hasSize(4);
        BigDecimal bill = sql.model().bill().sum().costUsd();

        costRollup(sql.query(part(2).getFirst()).table(), callers, bill);
        SqlTable sessions =
                sql.query(part(3).getFirst().replace("sql-clever-fox-abc123", callers.get(3)))
                        .table();
        assertThat(sessions.column("cell_name")).contains("load_data", "analyze");
        assertThat(new TreeSet<>(sessions.column("session_id"))).hasSize(1);
        origins(sql.query(part(4).getFirst()).table(), bill);
        SqlTable dearest = sql.query(part(5).getFirst()).table();
        assertThat(dearest.column("caller_id")).containsExactlyInAnyOrderElementsOf(callers);
        assertThat(dearest.column("protocol")).containsOnly("postgresql_wire");
        assertThat(dearest.column("query_preview"))
                .allMatch(query -> String.valueOf(query).startsWith("RVBBIT "));
        SqlTable recent = sql.query(part(6).getFirst()).table();
        assertThat(recent.columns()).containsExactly("caller_id", "query");
        assertThat(recent.column("caller_id"))
                .containsExactly(callers.get(3), callers.get(2), callers.get(1), callers.get(0));
        SqlTable starts =
                sql.query(part(7).getFirst().replace("<paste-caller-id-here>", callers.get(0)))
                        .table();
        assertThat(starts.rows()).hasSize(3);
        assertThat(starts.column("content_preview"))
                .allMatch(preview -> String.valueOf(preview).contains("product_name"));
        assertThat(part(8)).hasSize(3);
        SqlTable logs = sql.query(part(8).get(0)).table();
        assertThat(logs.column("caller_id")).containsExactlyInAnyOrderElementsOf(callers);
        assertThat(logs.column("session_count")).containsExactlyInAnyOrder("3", "5", "5", "1");
        for (String statement : part(8).subList(1, 3)) {
            SqlTable table = sql.query(statement).table();
            assertThat(table.rows()).hasSize(10);
            assertThat(table.column("caller_id")).isSubsetOf(callers);
        }
        sharing(sql);
    }

    /** The same with answers shared: three of the five products are the first statement's. */
    private void sharing(SqlSession sql) {
        sql.execute("SET rvbbit.cache = true");
        BigDecimal before = sql.model().bill().sum().costUsd();
        List<String> callers = new ArrayList<>();
        for (String statement : part(1)) {
            sql.execute(statement);
            callers.add(sql.lastCaller());
        }
        String ours = " WHERE caller_id IN ('" + String.join("', '", callers) + "')";
        SqlTable books =
                sql.query(
                                "SELECT llm_calls_count, cache_hits FROM sql_query_log"
                                        + ours
                                        + " ORDER BY started_at")
                        .table();
        assertThat(books.column("llm_calls_count")).containsExactly("3", "2", "0", "1");
        assertThat(books.column("cache_hits")).containsExactly("0", "3", "5", "0");
        assertThat(sql.decimal("SELECT sum(cost) FROM all_data" + ours))
                .isEqualByComparingTo(
                        sql.decimal("SELECT sum(total_cost) FROM sql_query_log" + ours))
                .isEqualByComparingTo(sql.model().bill().sum().costUsd().subtract(before));
        assertThat(sql.query(part(2).getFirst()).table().column("caller_id"))
                .contains(callers.get(0), callers.get(1), callers.get(3))
                .doesNotContain(callers.get(2));
        assertThat(sql.query(part(6).getFirst()).table().column("caller_id"))
                .startsWith(callers.get(3), callers.get(2), callers.get(1), callers.get(0));
    }

    private static void costRollup(SqlTable table, List<String> callers, BigDecimal bill) {
        assertThat(table.column("caller_id")).containsExactlyInAnyOrderElementsOf(callers);
        assertThat(sum(table, "total_cost")).isEqualByComparingTo(bill);
        assertThat(table.column("sessions_spawned")).containsExactlyInAnyOrder("3", "5", "5", "1");
        assertThat(table.column("total_tokens"))
                .allMatch(tokens -> Long.parseLong(String.valueOf(tokens)) > 0);
        List<BigDecimal> costs =
                table.column("total_cost").stream()
                        .map(c -> new BigDecimal(String.valueOf(c)))
                        .toList();
        assertThat(costs).isSortedAccordingTo(java.util.Comparator.reverseOrder());
    }

    private static void origins(SqlTable table, BigDecimal bill) {
        assertThat(table.column("origin")).containsExactly("sql");
        assertThat(table.column("triggered_by")).containsExactly("postgres_server");
        assertThat(table.column("unique_invocations")).containsExactly("4");
        assertThat(table.column("total_sessions")).containsExactly("14");
        assertThat(sum(table, "total_cost")).isEqualByComparingTo(bill);
    }

    private static BigDecimal sum(SqlTable table, String column) {
        return table.column(column).stream()
                .map(cell -> new BigDecimal(String.valueOf(cell)))
                .reduce(BigDecimal.ZERO, BigDecimal::add);
    }

    @Test
    void the_analysts_queries_run_though_there_is_nothing_to_find(SqlSession sql) {
        for (String statement : part(9)) {
            sql.query(statement).succeeds();
        }
    }
}
