package io.rvbbit.udf.cascade;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.rvbbit.rewriter.SqlException;
import io.rvbbit.tracking.CallerId;
import io.rvbbit.udf.cascade.Cell.PromptCell;
import io.rvbbit.udf.llm.Allowance;
import io.rvbbit.udf.llm.Models;
import io.rvbbit.udf.llm.PromptSize;
import io.rvbbit.udf.mcp.McpServers;
import java.time.Clock;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What a cascade would send for an input, found out without asking any model.
 *
 * <p>The prompts that hang on the input and on SQL cells alone are rendered as the run renders
 * them; SQL cells are run, which costs nothing. In later prompts, marks stand for what models would
 * answer, and it is counted how often each answer stands there. Nothing is booked. Threading: any
 * thread; previews share nothing.
 */
public final class PromptPreview {
    /** Stands in requests that are measured and never sent. */
    private static final CallerId NOBODY = new CallerId("sql-no-body-000000");

    final Models models;
    final StepRunner.Limits limits;
    final Clock clock;
    final McpSkills mcp;

    /**
     * One cell's first request for one input, or that of its takes for one model, or of their
     * judge.
     *
     * @param path the cell's name; in a sub-cascade after that of the cell that runs it, with a dot
     * @param size without the answers that will stand in it
     * @param answers what of earlier prompt cells' answers stands in it, by the cells' paths
     * @param againBytes that it may have more when it is sent again
     * @param mostRows so often it is asked at most where rows are not known, and maybe not at all;
     *     0 where they are
     * @param unbounded why its length has no bound; empty if it has one
     */
    public record Prompt(
            String path,
            Takes.Part part,
            PromptSize size,
            Map<String, Share> answers,
            long againBytes,
            String unbounded,
            long mostRows) {
        public Prompt {
            answers = Map.copyOf(answers);
        }

        public PromptCell cell() {
            return part.cell();
        }

        /** Whether it stands here as it will be sent. */
        public boolean isKnown() {
            return answers.isEmpty() && unbounded.isEmpty() && mostRows == 0;
        }
    }

    /**
     * The part of an answer that stands in a later prompt.
     *
     * @param times how many of its values stand there, each as often as it does
     * @param values that the whole answer has
     */
    public record Share(int times, int values) {}

    /** Without MCP servers. */
    public PromptPreview(Models models, StepRunner.Limits limits, Clock clock) {
        this(models, limits, clock, McpServers.none());
    }

    public PromptPreview(Models models, StepRunner.Limits limits, Clock clock, McpServers mcp) {
        this.mcp = new McpSkills(mcp);
        this.models = models;
        this.limits = limits;
        this.clock = clock;
    }

    /** The model that a cell asks, and whoever serves it. */
    public Models.Resolved resolve(PromptCell cell, Invocation.Overrides overrides) {
        return PromptRequest.resolve(models, cell, overrides);
    }

    /** How often one request of a cell is sent at most to one model. */
    public int attempts(PromptCell cell) {
        return cell.retry().ofRequest(limits.modelAttempts()).most();
    }

    /** Of the template as it is written, where nothing tells what will stand in it. */
    public static long templateTokens(PromptCell cell, String model) {
        return PromptSize.tokens(model, cell.instructions().source());
    }

    /** Bytes of the schema that a repair sends once more; 0 for a cell that has none. */
    public static int schemaBytes(PromptCell cell) {
        OutputSchema schema = cell.outputSchema();
        return schema == null
                ? 0
                : schema.json().toString().getBytes(java.nio.charset.StandardCharsets.UTF_8).length;
    }

    /**
     * The prompts of a run, in order; those before the cell at which it would fail.
     *
     * @param rows of a RUN, with the table that {@code input} names; the SQL cells read {@code sql}
     * @throws SqlException as the run, if the cascade can be right for no row
     */
    public List<Prompt> of(
            Cascade cascade,
            ObjectNode input,
            boolean rows,
            Invocation.Overrides overrides,
            @Nullable SqlSource sql)
            throws InterruptedException {
        Invocation invocation =
                new Invocation(
                        cascade,
                        input,
                        NOBODY,
                        rows ? "batch" : "udf",
                        -1,
                        "",
                        "",
                        "",
                        overrides,
                        Allowance.UNLIMITED,
                        sql);
        PreviewAnswers answers = new PreviewAnswers();
        try {
            new PreviewRun(this, invocation, "", answers, false).cells();
        } catch (RowFailure failure) {
            // The run would end there.
        }
        return answers.prompts;
    }
}
