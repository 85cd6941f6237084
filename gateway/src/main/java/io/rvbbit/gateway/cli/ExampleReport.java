package io.rvbbit.gateway.cli;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.rvbbit.gateway.cli.ExampleResult.Status;
import io.rvbbit.gateway.cli.JsonDifferences.Difference;
import java.math.BigDecimal;
import java.math.RoundingMode;
import java.util.List;
import java.util.Locale;

/** What is told of examples that were run. Threading: immutable. */
record ExampleReport(List<ExampleResult> results) {
    ExampleReport {
        results = List.copyOf(results);
    }

    long count(Status status) {
        return results.stream().filter(each -> each.status() == status).count();
    }

    /** One line for the result, and one for each difference. */
    static String text(ExampleResult result) {
        StringBuilder text = new StringBuilder(result.cascade());
        if (result.number() > 0) {
            text.append(", example ").append(result.number());
        }
        text.append(": ").append(word(result.status()));
        if (!result.reason().isEmpty()) {
            text.append(": ").append(result.reason());
        }
        if (!result.callerId().isEmpty()) {
            text.append(", ").append(dollars(result.costUsd())).append(" USD");
        }
        text.append('\n');
        for (Difference each : result.differences()) {
            text.append("    ")
                    .append(result.cell())
                    .append(each.pointer())
                    .append(": expected ")
                    .append(shown(each.expected()))
                    .append(", actual ")
                    .append(shown(each.actual()))
                    .append('\n');
        }
        return text.toString();
    }

    /** The sums, on one line. */
    String summary() {
        long ran = count(Status.PASSED) + count(Status.FAILED);
        return "passed: %d, failed: %d, skipped: %d, pass rate: %s, cost: %s USD\n"
                .formatted(
                        count(Status.PASSED),
                        count(Status.FAILED),
                        count(Status.SKIPPED),
                        ran == 0 ? "none" : passRate().movePointRight(2).setScale(1) + " %",
                        dollars(cost()));
    }

    ObjectNode json() {
        ObjectNode json = JsonNodeFactory.instance.objectNode();
        json.put("passed", count(Status.PASSED))
                .put("failed", count(Status.FAILED))
                .put("skipped", count(Status.SKIPPED));
        if (count(Status.PASSED) + count(Status.FAILED) == 0) {
            json.putNull("pass_rate");
        } else {
            json.put("pass_rate", passRate());
        }
        json.put("cost", cost());
        ArrayNode examples = json.putArray("examples");
        results.forEach(each -> examples.add(json(each)));
        return json;
    }

    private static ObjectNode json(ExampleResult result) {
        ObjectNode json = JsonNodeFactory.instance.objectNode();
        json.put("cascade", result.cascade())
                .put("number", result.number())
                .put("status", word(result.status()))
                .put("cell", result.cell())
                .put("reason", result.reason())
                .put("caller_id", result.callerId())
                .put("cost", result.costUsd());
        ArrayNode differences = json.putArray("differences");
        for (Difference each : result.differences()) {
            ObjectNode difference = differences.addObject().put("pointer", each.pointer());
            put(difference, "expected", each.expected());
            put(difference, "actual", each.actual());
        }
        return json;
    }

    /** Where there is no value there is no property. */
    private static void put(ObjectNode difference, String name, JsonNode value) {
        if (!value.isMissingNode()) {
            difference.set(name, value);
        }
    }

    /** From 0 to 1, of those that ran; skipped ones do not count. */
    private BigDecimal passRate() {
        return BigDecimal.valueOf(count(Status.PASSED))
                .divide(
                        BigDecimal.valueOf(count(Status.PASSED) + count(Status.FAILED)),
                        3,
                        RoundingMode.DOWN);
    }

    private BigDecimal cost() {
        return results.stream()
                .map(ExampleResult::costUsd)
                .reduce(BigDecimal.ZERO, BigDecimal::add);
    }

    private static String word(Status status) {
        return status.name().toLowerCase(Locale.ROOT);
    }

    private static String shown(JsonNode value) {
        return value.isMissingNode() ? "nothing" : value.toString();
    }

    private static String dollars(BigDecimal usd) {
        return usd.signum() == 0 ? "0" : usd.stripTrailingZeros().toPlainString();
    }
}
