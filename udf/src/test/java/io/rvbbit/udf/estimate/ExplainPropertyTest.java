package io.rvbbit.udf.estimate;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.rvbbit.rewriter.SqlException;
import io.rvbbit.udf.cascade.Cascade;
import io.rvbbit.udf.cascade.CascadeCatalog;
import io.rvbbit.udf.cascade.Invocation.Overrides;
import io.rvbbit.udf.cascade.PromptPreview;
import io.rvbbit.udf.cascade.SqlSource;
import io.rvbbit.udf.cascade.StepRunner;
import io.rvbbit.udf.format.FormatKeys;
import io.rvbbit.udf.format.RandomDefinitions;
import io.rvbbit.udf.llm.AttemptLog;
import io.rvbbit.udf.llm.ModelClient;
import io.rvbbit.udf.llm.ModelPrice;
import io.rvbbit.udf.llm.ModelReply;
import io.rvbbit.udf.llm.ModelRequest;
import io.rvbbit.udf.llm.Models;
import java.io.IOException;
import java.math.BigDecimal;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Whatever cascade the loader takes can be explained, or the fault is told as the run's would be.
 */
final class ExplainPropertyTest {
    private static final int RUNS = 150;
    private static final ObjectMapper JSON = new ObjectMapper();

    /** Is asked nothing, and has a price. */
    private static final class SilentModel implements ModelClient, Models {
        @Override
        public Resolved resolve(String model) {
            return new Resolved(this, model.isEmpty() ? "usual" : model);
        }

        @Override
        public String provider() {
            return "silent";
        }

        @Override
        public Optional<ModelPrice> price(String model) {
            BigDecimal one = BigDecimal.ONE;
            return Optional.of(new ModelPrice("silent", "*", one, BigDecimal.TWO, one, null, null));
        }

        @Override
        public ModelReply send(ModelRequest request, AttemptLog attempts) {
            throw new IllegalStateException("EXPLAIN asks no model");
        }
    }

    /** Every table has the same row. */
    private static final class OneRow implements SqlSource {
        @Override
        public ArrayNode query(
                String sql, List<@Nullable Object> parameters, Duration timeout, int maxRows) {
            ArrayNode rows = JSON.createArrayNode();
            rows.addObject().put("one", 1).put("n", 2);
            return rows;
        }

        @Override
        public void check(String sql, Duration timeout) {}
    }

    private static ObjectNode input(Random random) {
        ObjectNode input = JSON.createObjectNode().put("n", 3).put("word", "w");
        return switch (random.nextInt(4)) {
            case 0 -> input.put("text", "a text");
            case 1 -> input.set("text", JSON.createArrayNode().add("a").add("b"));
            case 2 -> input.putNull("text");
            default -> input;
        };
    }

    @ParameterizedTest
    @ValueSource(longs = {51, 52, 53, 54})
    void a_cascade_made_at_random_has_figures_or_a_fault(long seed, @TempDir Path root)
            throws IOException, InterruptedException {
        Files.writeString(root.resolve("other.yaml"), RandomDefinitions.OTHER);
        CascadeCatalog catalog = new CascadeCatalog(List.of(root));
        Random random = new Random(seed);
        RandomDefinitions definitions = new RandomDefinitions(random);
        PromptPreview preview =
                new PromptPreview(new SilentModel(), StepRunner.Limits.DEFAULT, Clock.systemUTC());
        Set<String> explained = new TreeSet<>();
        int bounded = 0;
        for (int i = 0; i < RUNS; i++) {
            ObjectNode definition = definitions.right();
            Cascade cascade = catalog.inline(definition.toPrettyString());
            Figures figures;
            try {
                figures = figures(cascade, preview, random);
            } catch (SqlException fault) {
                assertThat(fault.getMessage()).as(definition.toPrettyString()).isNotBlank();
                continue;
            }
            explained.addAll(FormatKeys.in(definition));
            bounded += check(figures, definition.toPrettyString()) ? 1 : 0;
        }
        assertThat(explained)
                .contains(
                        "cell.state",
                        "promptCell.skills",
                        "promptCell.for_each_row",
                        "promptCell.takes",
                        "promptCell.wards",
                        "promptCell.handoffs",
                        "subCascadeCell.sub_cascade",
                        "httpCell.inputs",
                        "sqlCell.inputs");
        assertThat(bounded).isPositive();
    }

    private static Figures figures(Cascade cascade, PromptPreview preview, Random random)
            throws InterruptedException {
        CascadeEstimate estimate =
                new CascadeEstimate(cascade, Overrides.NONE, true, preview, _ -> List.of());
        for (int i = random.nextInt(1, 3); i > 0; i--) {
            BigDecimal known = estimate.add(input(random), false, new OneRow());
            assertThat(known).isNotNegative();
        }
        return estimate.figures();
    }

    /** Whether there is an upper bound. */
    private static boolean check(Figures figures, String text) {
        assertThat(figures.calls()).as(text).isNotNegative();
        assertThat(figures.mostCalls()).as(text).isGreaterThanOrEqualTo(figures.calls());
        assertThat(figures.promptTokens()).as(text).isNotNegative();
        BigDecimal most = figures.most();
        assertThat(figures.whyNoMost().isEmpty()).as(text).isEqualTo(most != null);
        Interval interval = figures.cost().interval();
        if (most == null || interval == null) {
            return false;
        }
        assertThat(interval.low()).as(text).isLessThanOrEqualTo(interval.estimate());
        assertThat(interval.estimate()).as(text).isLessThanOrEqualTo(most);
        return true;
    }
}
