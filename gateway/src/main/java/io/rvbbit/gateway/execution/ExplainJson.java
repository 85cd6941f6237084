package io.rvbbit.gateway.execution;

import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.ObjectWriter;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.rvbbit.gateway.execution.AccountedExecution.Outcome;
import io.rvbbit.tracking.Usage;
import io.rvbbit.udf.estimate.Interval;
import java.math.BigDecimal;
import java.math.RoundingMode;
import org.jspecify.annotations.Nullable;

/** A report as one JSON object. Threading: stateless. */
final class ExplainJson {
    private static final ObjectWriter WRITER =
            new ObjectMapper()
                    .configure(JsonGenerator.Feature.WRITE_BIGDECIMAL_AS_PLAIN, true)
                    .writerWithDefaultPrettyPrinter();

    private ExplainJson() {}

    static String of(ExplainReport report) {
        ObjectNode plan = JsonNodeFactory.instance.objectNode();
        plan.put("rows", report.rows());
        plan.put("rows_truncated", report.truncated());
        plan.put("distinct_inputs", report.distinct());
        plan.put("cache_hits", report.hits());
        plan.putObject("calls")
                .put("min", report.leastCalls())
                .put("max", report.figures().mostCalls());
        plan.put("prompt_tokens", report.figures().promptTokens());
        plan.put("prompt_tokens_exact", report.figures().exact());
        cost(plan.putObject("cost_usd"), report);
        plan.put("duration_ms", report.millis());
        var models = plan.putArray("model");
        report.figures().models().forEach(models::add);
        plan.put("rewritten_sql", report.sql());
        Outcome outcome = report.outcome();
        if (outcome != null) {
            actual(plan.putObject("actual"), report, outcome);
            plan.putObject("saved")
                    .put("dedupe_usd", usd(outcome.savings().sharedUsd()))
                    .put("cache_usd", usd(outcome.savings().servedUsd()));
        }
        try {
            return WRITER.writeValueAsString(plan);
        } catch (JsonProcessingException e) {
            throw new IllegalStateException("a tree of strings and numbers has a text", e);
        }
    }

    private static void cost(ObjectNode cost, ExplainReport report) {
        Interval interval = report.cost();
        cost.put("estimate", interval == null ? null : interval.estimate());
        cost.put("low", interval == null ? null : interval.low());
        cost.put("high", interval == null ? null : interval.high());
        cost.put("max", usd(report.figures().most()));
        if (report.figures().most() == null) {
            cost.put("max_reason", report.figures().whyNoMost());
        }
    }

    private static void actual(ObjectNode actual, ExplainReport report, Outcome outcome) {
        if (report.sampled() >= 0) {
            actual.put("sampled_inputs", report.sampled());
        }
        Usage usage = outcome.spent().usage();
        actual.put("rows", outcome.totals().rowsIn());
        actual.put("distinct_inputs", ExplainText.distinct(outcome));
        actual.put("dedupe_factor", ExplainText.dedupeFactor(outcome));
        actual.put("cache_hits", outcome.savings().served());
        actual.put("calls", outcome.spent().attempts());
        actual.put("prompt_tokens", usage.tokensIn());
        actual.put("completion_tokens", usage.tokensOut());
        actual.put("cost_usd", usd(usage.costUsd()));
        actual.put("rows_failed", outcome.totals().failed());
        actual.put("duration_ms", outcome.took().toMillis());
    }

    private static @Nullable BigDecimal usd(@Nullable BigDecimal amount) {
        return amount == null ? null : amount.setScale(Usage.COST_SCALE, RoundingMode.HALF_EVEN);
    }
}
