package io.rvbbit.udf.estimate;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.rvbbit.tracking.CallStatistics;
import io.rvbbit.udf.cascade.Cascade;
import io.rvbbit.udf.cascade.Cell;
import io.rvbbit.udf.cascade.Cell.PromptCell;
import io.rvbbit.udf.cascade.CellChance;
import io.rvbbit.udf.cascade.CellGraph;
import io.rvbbit.udf.cascade.InnerCascade;
import io.rvbbit.udf.cascade.Invocation.Overrides;
import io.rvbbit.udf.cascade.PromptPreview;
import io.rvbbit.udf.cascade.PromptPreview.Prompt;
import io.rvbbit.udf.cascade.SqlSource;
import io.rvbbit.udf.cascade.Takes;
import io.rvbbit.udf.cascade.ToolTokens;
import io.rvbbit.udf.llm.Allowance;
import io.rvbbit.udf.llm.Models;
import java.math.BigDecimal;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** Adds up what a cascade's calls would cost, input by input. Threading: one thread at a time. */
public final class CascadeEstimate {
    private final Cascade cascade;
    private final Overrides overrides;
    private final PromptPreview preview;
    private final Map<String, CellEstimate> cells = new LinkedHashMap<>();
    private final Map<String, CellChance> chances = new HashMap<>();
    private long inputs;

    /**
     * @param limited whether a budget binds the calls: then each has a bound on its answer
     * @param history what earlier calls of a cascade took, by its id
     * @throws io.rvbbit.rewriter.SqlException 22023 if a cell's model cannot be found
     */
    public CascadeEstimate(
            Cascade cascade,
            Overrides overrides,
            boolean limited,
            PromptPreview preview,
            Function<String, List<CallStatistics>> history) {
        this.cascade = cascade;
        this.overrides = overrides;
        this.preview = preview;
        cells("", cascade, CellChance.CERTAIN, 1, 1, limited, history);
    }

    private void cells(
            String prefix,
            Cascade part,
            CellChance outer,
            long outerRows,
            int outerTries,
            boolean limited,
            Function<String, List<CallStatistics>> history) {
        List<CallStatistics> earlier = history.apply(part.id());
        Map<String, CellChance> own = CellChance.of(part);
        for (Cell cell : part.cells()) {
            CellChance chance = own.getOrDefault(cell.name(), CellChance.CERTAIN).within(outer);
            long rows = outerRows * cell.mostRows();
            chances.put(prefix + cell.name(), chance);
            for (PromptCell prompt : cell.prompt().stream().toList()) {
                for (Takes.Part each : prompt.parts()) {
                    String path = prefix + each.key();
                    cells.put(
                            path,
                            estimate(path, each, part.graph(), rows, outerTries, limited, earlier));
                }
            }
            for (InnerCascade inner : InnerCascade.of(cell)) {
                cells(
                        prefix + inner.path() + ".",
                        inner.run().cascade(),
                        inner.chance().within(chance),
                        rows * inner.most(),
                        outerTries * inner.tries(),
                        limited,
                        history);
            }
        }
    }

    private CellEstimate estimate(
            String path,
            Takes.Part part,
            CellGraph graph,
            long rows,
            int tries,
            boolean limited,
            List<CallStatistics> history) {
        Models.Resolved model = preview.resolve(part.cell(), overrides);
        return new CellEstimate(
                path,
                part,
                graph,
                model,
                preview.attempts(part.cell()) * tries,
                maxTokens(part.cell(), overrides, limited),
                ToolTokens.ofTurn(part.cell(), each -> maxTokens(each, overrides, limited)),
                history(part.cell(), model, history),
                rows);
    }

    private static @Nullable Integer maxTokens(
            PromptCell cell, Overrides overrides, boolean limited) {
        Integer own =
                overrides.maxTokens() != null ? overrides.maxTokens() : cell.sampling().maxTokens();
        return own == null && limited ? Integer.valueOf(Allowance.DEFAULT_MAX_TOKENS) : own;
    }

    private static @Nullable CallStatistics history(
            PromptCell cell, Models.Resolved model, List<CallStatistics> history) {
        return history.stream()
                .filter(each ->
                        each.cell().equals(cell.name())
                                && each.provider().equals(model.client().provider())
                                && each.model().equals(model.model()))
                .findFirst()
                .orElse(null);
    }

    /**
     * One more input that has to be computed.
     *
     * @param rows whether it is a RUN's
     * @param sql what SQL cells read
     * @return the price of its prompts, as far as it is known beforehand
     */
    public BigDecimal add(ObjectNode input, boolean rows, @Nullable SqlSource sql)
            throws InterruptedException {
        inputs++;
        BigDecimal known = BigDecimal.ZERO;
        for (Prompt prompt : preview.of(cascade, input, rows, overrides, sql)) {
            CellEstimate cell = cells.get(prompt.path());
            if (cell != null) {
                cell.add(prompt, cells);
                known = known.add(cell.known(prompt));
            }
        }
        return known;
    }

    /** So many more inputs that are not known before other calls are answered. */
    public void addUnknown(long more) {
        inputs += more;
        cells.values().forEach(cell -> cell.addUnknown(more));
    }

    public Figures figures() {
        CellCost cost = CellCost.NOTHING;
        BigDecimal most = BigDecimal.ZERO;
        String whyNoMost = "";
        long calls = 0;
        long mostCalls = 0;
        long tokens = 0;
        boolean exact = true;
        double millis = 0;
        for (CellEstimate cell : cells.values()) {
            CellChance chance = chances.getOrDefault(cell.ofCell(), CellChance.CERTAIN);
            cost = cost.plus(cell.cost(cells).shared(chance));
            most = most.add(cell.whyNoMost().isEmpty() ? cell.most() : BigDecimal.ZERO);
            whyNoMost = whyNoMost.isEmpty() ? cell.whyNoMost() : whyNoMost;
            calls += chance.certain() ? cell.fewestCalls() : 0;
            mostCalls += cell.mostCalls();
            tokens += Math.round(chance.share() * cell.promptTokens(cells));
            exact &= cell.isExact() && chance.certain();
            millis += chance.share() * cell.millis();
        }
        return new Figures(
                inputs,
                calls,
                mostCalls,
                tokens,
                exact,
                cost,
                whyNoMost.isEmpty() ? most : null,
                whyNoMost,
                millis,
                cells.values().stream().map(CellEstimate::model).distinct().toList(),
                cells.values().stream().map(this::described).toList());
    }

    private CellFigures described(CellEstimate cell) {
        return new CellFigures(
                cell.name(),
                cell.model(),
                cell.calls(),
                cell.promptTokens(cells),
                cell.isExact(),
                cell.answerTokens(),
                cell.earlierCalls());
    }

    /**
     * One prompt cell's part, for people.
     *
     * @param cell its name; that of a sub-cascade's after the name of the cell that runs it
     * @param answerTokens of one answer
     * @param earlierCalls of which that is the mean; 0 where it is assumed
     */
    public record CellFigures(
            String cell,
            String model,
            long calls,
            long promptTokens,
            boolean exact,
            double answerTokens,
            long earlierCalls) {
        /** Whether it is this cell of the cascade, or one within it. */
        public boolean isOf(Cell outer) {
            return cell.equals(outer.name())
                    || cell.startsWith(outer.name() + ".")
                    || cell.startsWith(outer.name() + "#");
        }
    }
}
