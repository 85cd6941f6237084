package io.rvbbit.it;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.rvbbit.gateway.cli.RvbbitCommand;
import io.rvbbit.it.testkit.GatewayTest;
import io.rvbbit.it.testkit.SqlSession;
import io.rvbbit.it.testkit.StubAnswer;
import io.rvbbit.it.testkit.TestGateway;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.math.BigDecimal;
import org.junit.jupiter.api.Test;

/** {@code rvbbit cascades test} against a model: what passes, what differs, what it costs. */
@GatewayTest(
        environment = "RVBBIT_PRICES=[{provider: 127.0.0.1, model: '*', input: 2, output: 10}]")
class CascadesTestIT {
    private final StringWriter out = new StringWriter();
    private final StringWriter err = new StringWriter();

    private int test(TestGateway gateway, String... arguments) {
        String[] all = new String[arguments.length + 6];
        System.arraycopy(
                new String[] {
                    "cascades",
                    "test",
                    "--url",
                    "postgresql://127.0.0.1:" + gateway.port(),
                    "--root",
                    TestGateway.cascades().toString()
                },
                0,
                all,
                0,
                6);
        System.arraycopy(arguments, 0, all, 6, arguments.length);
        return RvbbitCommand.execute(new PrintWriter(out), new PrintWriter(err), all);
    }

    private static void say(SqlSession sql, String ofSun, String ofRain) {
        sql.model()
                .answering(request ->
                        StubAnswer.text(
                                request.lastUserMessage().contains("sun") ? ofSun : ofRain));
    }

    private static BigDecimal bill(SqlSession sql) {
        return sql.model().bill().sum().costUsd();
    }

    @Test
    void what_differs_is_named_and_all_of_it_is_paid_for(SqlSession sql, TestGateway gateway) {
        say(sql, "{\"mood\": \" good\", \"points\": 2.0}", "{\"mood\": \"fair\", \"points\": 1}");

        assertThat(test(gateway, "tested")).as(err.toString()).isEqualTo(1);

        String cost = bill(sql).stripTrailingZeros().toPlainString();
        assertThat(out.toString())
                .contains(
                        "tested, example 1: passed, 0.",
                        "tested, example 2: failed, 0.",
                        "    judge/mood: expected \"bad\", actual \"fair\"\n",
                        "tested, example 3: skipped: its rows are not in the file\n",
                        "passed: 1, failed: 1, skipped: 1, pass rate: 50.0 %, cost: "
                                + cost
                                + " USD\n")
                .doesNotContain("judge/points");
        assertThat(sql.model().calls()).isEqualTo(2);
    }

    @Test
    void the_same_as_json_and_without_stored_answers(SqlSession sql, TestGateway gateway)
            throws Exception {
        say(sql, "{\"mood\": \"good\", \"points\": 2}", "{\"mood\": \"bad\", \"points\": 1}");
        assertThat(test(gateway, "tested")).as(err.toString()).isZero();
        out.getBuffer().setLength(0);
        BigDecimal before = bill(sql);

        assertThat(test(gateway, "tested", "--format", "json")).isZero();

        JsonNode report = new ObjectMapper().readTree(out.toString());
        assertThat(sql.model().calls()).isEqualTo(4);
        assertThat(report.path("passed").asInt()).isEqualTo(2);
        assertThat(report.path("skipped").asInt()).isEqualTo(1);
        assertThat(report.path("pass_rate").decimalValue()).isEqualByComparingTo("1");
        assertThat(report.path("cost").decimalValue())
                .isEqualByComparingTo(bill(sql).subtract(before));
        JsonNode first = report.path("examples").path(0);
        assertThat(first.path("cell").asText()).isEqualTo("judge");
        assertThat(
                        sql.decimal(
                                "SELECT total_cost FROM sql_query_log WHERE caller_id = '"
                                        + first.path("caller_id").asText()
                                        + "'"))
                .isEqualByComparingTo(first.path("cost").decimalValue())
                .isPositive();
    }

    @Test
    void a_run_that_fails_is_a_failed_example_and_costs(SqlSession sql, TestGateway gateway) {
        say(sql, "no idea", "nor here");

        assertThat(test(gateway, "tested")).isEqualTo(1);

        assertThat(out.toString())
                .contains(
                        "tested, example 1: failed: ",
                        "tested, example 2: failed: ",
                        "pass rate: 0.0 %",
                        "cost: " + bill(sql).stripTrailingZeros().toPlainString() + " USD\n");
    }

    @Test
    void what_cannot_be_tested_is_exit_code_2(TestGateway gateway) {
        assertThat(test(gateway)).isEqualTo(2);
        assertThat(test(gateway, "testd")).isEqualTo(2);
        assertThat(test(gateway, "tested", "--all")).isEqualTo(2);
        assertThat(out.toString()).isEmpty();
        assertThat(err.toString().lines())
                .hasSize(3)
                .anyMatch(line -> line.contains("did you mean 'tested.yaml'"));
    }
}
