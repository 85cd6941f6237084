package io.rvbbit.udf.estimate;

import io.rvbbit.tracking.CallStatistics;
import io.rvbbit.udf.cascade.Cell.PromptCell;
import io.rvbbit.udf.cascade.CellGraph;
import io.rvbbit.udf.cascade.PromptPreview;
import io.rvbbit.udf.cascade.PromptPreview.Prompt;
import io.rvbbit.udf.cascade.PromptPreview.Share;
import io.rvbbit.udf.cascade.Takes;
import io.rvbbit.udf.cascade.ToolTokens;
import io.rvbbit.udf.llm.Allowance;
import io.rvbbit.udf.llm.ModelPrice;
import io.rvbbit.udf.llm.Models;
import java.math.BigDecimal;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Adds up one prompt cell's calls. Threading: one thread at a time.
 *
 * <p>Without a history an answer is taken to have {@link #USUAL_ANSWER_TOKENS}, or max_tokens where
 * that is less, and a call to take {@link #USUAL_MILLIS}.
 */
final class CellEstimate {
    static final int USUAL_ANSWER_TOKENS = 100;
    static final int USUAL_MILLIS = 1_000;

    /** Of a repair beside question, answer and schema: our words, and what is wrong. */
    private static final int REPAIR_BYTES = 2_000;

    /** What is said of an answer that a validator refuses, as it may stand in JSON. */
    private static final long AGAIN_BYTES = 6_200;

    private final String path;
    private final Takes.Part part;
    private final PromptCell cell;
    private final CellGraph graph;
    private final Models.Resolved model;
    private final Optional<ModelPrice> price;
    private final List<Models.Resolved> fallbacks;
    private final int attempts;
    private final @Nullable Integer maxTokens;
    private final long toolTokens;
    private final @Nullable CallStatistics history;
    private final Map<String, Double> shares = new HashMap<>();
    private final long mostRows;
    private long calls;
    private long unsure;
    private long more;
    private long tokens;
    private long bound;
    private long bytes;
    private long againBytes;
    private boolean exact = true;
    private String unbounded = "";

    /**
     * @param path as {@link Prompt} has it
     * @param maxTokens what is sent; null if nothing is
     * @param toolTokens the most that a turn adds in which tools are called
     * @param mostRows so often it is asked at most for one input
     * @param history what earlier calls took; null if there were none
     */
    CellEstimate(
            String path,
            Takes.Part part,
            CellGraph graph,
            Models.Resolved model,
            int attempts,
            @Nullable Integer maxTokens,
            long toolTokens,
            @Nullable CallStatistics history,
            long mostRows) {
        this.toolTokens = toolTokens;
        this.mostRows = mostRows;
        this.path = path;
        this.part = part;
        this.cell = part.cell();
        this.graph = graph;
        this.model = model;
        this.price = model.client().price(model.model());
        this.fallbacks = model.client().fallbacks();
        this.attempts = attempts;
        this.maxTokens = maxTokens;
        this.history = history;
    }

    String name() {
        return path;
    }

    /** The cell of which it is a part, named alike. */
    String ofCell() {
        return path.substring(0, path.length() - part.key().length()) + part.ofCell();
    }

    String model() {
        return model.model();
    }

    /** {@code earlier}: the cells before this one, by name. */
    void add(Prompt prompt, Map<String, CellEstimate> earlier) {
        int times = part.times();
        calls += times;
        tokens += prompt.size().tokens() * times;
        long most = times * Math.max(1, prompt.mostRows());
        bound += prompt.size().bound() * most;
        bytes += prompt.size().bytes() * most;
        againBytes += prompt.againBytes() * most;
        exact &= prompt.size().exact() && prompt.isKnown();
        unbounded(prompt.unbounded());
        if (prompt.mostRows() > 0) {
            unsure(1, prompt.mostRows());
        }
        long rows = Math.max(1, prompt.mostRows());
        prompt.answers().forEach((name, share) -> add(name, share, rows, earlier));
    }

    private void add(String name, Share share, long rows, Map<String, CellEstimate> earlier) {
        long times = (long) share.times() * part.times();
        shares.merge(name, (double) times / share.values(), Double::sum);
        CellEstimate upstream = earlier.get(name);
        Integer most = upstream == null ? null : upstream.maxTokens;
        if (most == null) {
            unbounded(
                    "the prompt of cell \"%s\" shows the answer of cell \"%s\", which has no max_tokens"
                            .formatted(path, name));
        } else {
            bound += most * times * rows;
            bytes += most * times * rows;
        }
    }

    /** So many calls of which the prompts are not known, since other answers are in them. */
    void addUnknown(long more) {
        calls += more * part.times();
        tokens +=
                more
                        * part.times()
                        * Math.round(history == null ? templateTokens() : history.meanTokensIn());
        exact &= more == 0;
        if (mostRows > 1) {
            unsure(more, mostRows);
        }
        if (more > 0) {
            unbounded("what one clause reads is what another answers");
        }
    }

    /** Inputs of which only the most rows or calls are known; each counts as one. */
    private void unsure(long inputs, long rows) {
        unsure += inputs * part.times();
        more += inputs * part.times() * (rows - 1);
    }

    private double templateTokens() {
        return PromptPreview.templateTokens(cell, model.model());
    }

    private void unbounded(String reason) {
        if (unbounded.isEmpty()) {
            unbounded = reason;
        }
    }

    long calls() {
        return calls;
    }

    /** Of a whole cell, if this is the first of its parts; 0 for the others. */
    long fewestCalls() {
        return (calls - unsure) / part.times() * part.leastOfCell();
    }

    /** Requests of one run of the cell: those of its conversations, and one repair. */
    private int requests() {
        return cell.mostRequests() * graph.mostRequests(cell);
    }

    long mostCalls() {
        return (calls + more) * requests() * attempts * (1 + fallbacks.size());
    }

    boolean isExact() {
        return exact;
    }

    /** Prompt tokens of one call for each input, with what answers are expected to add. */
    long promptTokens(Map<String, CellEstimate> earlier) {
        double more = 0;
        for (Map.Entry<String, Double> share : shares.entrySet()) {
            CellEstimate upstream = earlier.get(share.getKey());
            more += upstream == null ? 0 : upstream.answerTokens() * share.getValue();
        }
        return tokens + Math.round(more);
    }

    /** Of one answer. */
    double answerTokens() {
        if (history != null) {
            return history.meanTokensOut();
        }
        return maxTokens == null ? USUAL_ANSWER_TOKENS : Math.min(maxTokens, USUAL_ANSWER_TOKENS);
    }

    double millis() {
        return part.rounds() * (history == null ? USUAL_MILLIS : history.meanMillis());
    }

    /** Earlier calls that were looked at. */
    long earlierCalls() {
        return history == null ? 0 : history.calls();
    }

    /** The price of one input's prompt, as far as that is known; zero where it is not. */
    BigDecimal known(Prompt prompt) {
        return prompt.isKnown() && price.isPresent()
                ? price.get().costUsd(prompt.size().tokens() * part.times(), 0, 0)
                : BigDecimal.ZERO;
    }

    /** What the calls cost; without an estimate where neither price nor history tells. */
    CellCost cost(Map<String, CellEstimate> earlier) {
        if (calls == 0) {
            return CellCost.NOTHING;
        }
        return price.map(known -> priced(known, earlier)).orElseGet(this::reported);
    }

    private CellCost priced(ModelPrice known, Map<String, CellEstimate> earlier) {
        long in = promptTokens(earlier);
        BigDecimal input = known.costUsd(in, 0, 0);
        // Takes that need not be had pay for no prompt.
        BigDecimal floor = known.costUsd(in / part.times() * part.seldom(), 0, 0);
        BigDecimal perToken = known.costUsd(0, 0, 1);
        BigDecimal output =
                perToken.multiply(BigDecimal.valueOf(answerTokens()))
                        .multiply(BigDecimal.valueOf(calls));
        BigDecimal estimate = input.add(output);
        double dollars = perToken.doubleValue() * calls;
        if (history != null && history.calls() > 1) {
            double half =
                    perToken.doubleValue()
                            * halfWidth(history.calls(), history.deviationTokensOut());
            return CellCost.spread(estimate, half, floor);
        }
        double least = Math.min(1, answerTokens());
        double most = maxTokens == null ? Allowance.DEFAULT_MAX_TOKENS : maxTokens;
        return CellCost.guessed(
                estimate,
                dollars * (answerTokens() - least),
                dollars * Math.max(0, most - answerTokens()),
                floor);
    }

    /** Where no price is configured, replies may have told what calls cost. */
    private CellCost reported() {
        if (history == null || history.pricedCalls() == 0) {
            return CellCost.UNKNOWN;
        }
        BigDecimal estimate =
                BigDecimal.valueOf(history.meanCost()).multiply(BigDecimal.valueOf(calls));
        if (history.pricedCalls() == 1) {
            return CellCost.guessed(
                    estimate, estimate.doubleValue(), estimate.doubleValue(), BigDecimal.ZERO);
        }
        double half = halfWidth(history.pricedCalls(), history.deviationCost());
        return CellCost.spread(estimate, half, BigDecimal.ZERO);
    }

    /** Of the sum of this cell's calls, each one like the ones before, whose mean is not exact. */
    private double halfWidth(long seen, double deviation) {
        return StudentT.quantile(seen - 1)
                * deviation
                * Math.sqrt(calls + (double) calls * calls / seen);
    }

    /** Why there is no upper bound; empty if there is one. */
    String whyNoMost() {
        if (calls == 0) {
            return "";
        }
        if (price.isEmpty()) {
            return "model \"%s\" has no price".formatted(model.model());
        }
        for (Models.Resolved other : fallbacks) {
            if (other.client().price(other.model()).isEmpty()) {
                return "model \"%s\", a fallback, has no price".formatted(other.model());
            }
        }
        // What costs nothing needs no bound on its length.
        if (price.get().mostUsd(1, 1).signum() == 0 && fallbacks.isEmpty()) {
            return "";
        }
        if (maxTokens == null) {
            return "cell \"%s\" has no max_tokens".formatted(path);
        }
        if (!cell.skills().isEmpty() && toolTokens == ToolTokens.UNKNOWN) {
            return "what the tools of cell \"%s\" give is in its prompts".formatted(cell.name());
        }
        return unbounded;
    }

    /** The most that all attempts of all requests can cost; only if {@link #whyNoMost} is empty. */
    BigDecimal most() {
        if (calls == 0 || price.isEmpty()) {
            return BigDecimal.ZERO;
        }
        long out = maxTokens == null ? 0 : maxTokens;
        BigDecimal most = most(price.get(), bound, out);
        for (Models.Resolved other : fallbacks) {
            ModelPrice theirs = other.client().price(other.model()).orElseThrow();
            most = most.add(most(theirs, bytes, out));
        }
        return most;
    }

    /** Each request of one answer may show all that was said in those before it. */
    private BigDecimal most(ModelPrice of, long in, long out) {
        int asked = graph.mostRequests(cell);
        long choices = (asked - 1) * (calls + more) * (out + graph.choiceBytes(cell));
        BigDecimal most =
                cell.skills().isEmpty()
                        ? mostAsked(of, in + choices, out)
                        : mostWithTools(of, in + choices, out);
        return most.multiply(BigDecimal.valueOf(asked));
    }

    /** Each turn of a conversation may call tools, or say again what was wrong. */
    private BigDecimal mostWithTools(ModelPrice of, long in, long out) {
        long conversations = cell.mostAnswers();
        long turns = cell.mostRequests() / conversations;
        long turn =
                toolTokens + Math.max(AGAIN_BYTES, REPAIR_BYTES + PromptPreview.schemaBytes(cell));
        long all =
                turns * (in + againBytes)
                        + turns * (turns - 1) / 2 * ((calls + more) * turn + againBytes);
        return of.mostUsd(conversations * all, conversations * turns * (calls + more) * out)
                .multiply(BigDecimal.valueOf(attempts));
    }

    private BigDecimal mostAsked(ModelPrice of, long in, long out) {
        long asked = (long) cell.mostAnswers() - (cell.repairs() ? 1 : 0);
        long sent = calls + more;
        long repairIn =
                in + sent * (2 * out + PromptPreview.schemaBytes(cell) + (long) REPAIR_BYTES);
        long all = asked * in;
        if (cell.goesOn()) {
            // Each answer and what was said of it stands in all questions after it.
            all += asked * (asked - 1) / 2 * (sent * (out + AGAIN_BYTES) + againBytes);
            all += cell.repairs() ? (asked - 1) * (repairIn - in) : 0;
        } else {
            all += (asked - 1) * againBytes;
        }
        BigDecimal repair = cell.repairs() ? of.mostUsd(repairIn, out * sent) : BigDecimal.ZERO;
        return of.mostUsd(all, out * sent * asked)
                .add(repair)
                .multiply(BigDecimal.valueOf(attempts));
    }
}
