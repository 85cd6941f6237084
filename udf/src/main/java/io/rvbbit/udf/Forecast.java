package io.rvbbit.udf;

import io.rvbbit.rewriter.SqlException;
import io.rvbbit.rewriter.SqlState;
import io.rvbbit.tracking.CallStatistics;
import io.rvbbit.udf.BatchTables.Staged;
import io.rvbbit.udf.cache.AnswerCache;
import io.rvbbit.udf.cache.SharedCall;
import io.rvbbit.udf.cascade.Cascade;
import io.rvbbit.udf.cascade.PromptPreview;
import io.rvbbit.udf.cascade.SqlSource;
import io.rvbbit.udf.estimate.CascadeEstimate;
import io.rvbbit.udf.estimate.Figures;
import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.PriorityQueue;
import java.util.Set;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * What the clauses of a statement would ask, found out without asking: it is given the rows that
 * the statement would be given, and tells same inputs and stored answers by the keys of a real run.
 *
 * <p>Looking answers up counts as no hit. Threading: one thread at a time.
 */
public final class Forecast {
    private static final String NO_ROWS = "";

    private final List<CallSpec> calls;
    private final AnswerCache answers;
    private final Identities identities;
    private final Purity purity;
    private final @Nullable SqlSource sql;
    private final int wanted;
    private final List<Clause> clauses = new ArrayList<>();
    private final Set<CallKey> seen = new HashSet<>();
    private final PriorityQueue<Drawn> drawn =
            new PriorityQueue<>(Comparator.comparingLong(Drawn::order).reversed());

    /**
     * One clause's part.
     *
     * @param rows after its limit and dedupe
     * @param truncated whether the query has more
     * @param distinct inputs
     * @param hits of those, the ones with a stored answer
     * @param guessed whether its rows hang on what another clause answers
     * @param known price of the prompts to be sent, as far as it is known beforehand, in US dollars
     */
    public record Outlook(
            long rows,
            boolean truncated,
            long distinct,
            long hits,
            boolean guessed,
            BigDecimal known,
            Figures figures) {}

    /**
     * An input that is to be answered as one of a sample.
     *
     * @param known price of its prompts, as far as it is known beforehand, in US dollars
     */
    public record Sampled(int call, String json, BigDecimal known) {}

    private record Drawn(long order, Sampled input) {}

    /** What a clause has come to. */
    private static final class Clause {
        final CascadeEstimate estimate;
        long rows;
        boolean truncated;
        long distinct;
        long hits;
        boolean guessed;
        BigDecimal known = BigDecimal.ZERO;

        Clause(CascadeEstimate estimate) {
            this.estimate = estimate;
        }

        Outlook outlook() {
            return new Outlook(rows, truncated, distinct, hits, guessed, known, estimate.figures());
        }
    }

    /**
     * @param limited whether a budget binds the calls
     * @param sql what SQL cells of a MAP read
     * @param history what earlier calls of a cascade took, by its id
     * @param wanted how many inputs of MAPs are to be drawn for a sample
     * @throws SqlException 22023 if a cell's model cannot be found
     */
    public Forecast(
            List<CallSpec> calls,
            AnswerCache answers,
            boolean limited,
            @Nullable SqlSource sql,
            PromptPreview preview,
            Function<String, List<CallStatistics>> history,
            int wanted) {
        this.calls = List.copyOf(calls);
        this.answers = answers;
        this.identities = new Identities(calls, FunctionSpec.DEFAULT.overrides(), answers, limited);
        this.purity = new Purity(sql);
        this.sql = sql;
        this.wanted = wanted;
        for (CallSpec call : calls) {
            Cascade cascade = call.cascade();
            clauses.add(
                    new Clause(
                            new CascadeEstimate(
                                    cascade, call.overrides(), limited, preview, history)));
        }
    }

    /** A row of a MAP. */
    public void row(int index, String json) {
        CallSpec call = calls.get(index);
        Clause clause = clauses.get(index);
        clause.rows++;
        Input input = Input.of(Input.readObject(json), call.readColumns());
        SharedCall shared =
                answers.call(
                        identities.of(index),
                        call.cache(),
                        purity.of(call.cascade()),
                        input.hash(),
                        NO_ROWS);
        CallKey key = CallKey.of(shared.key(), call.overrides());
        if (!seen.add(key)) {
            return;
        }
        clause.distinct++;
        if (isAnswered(clause, shared)) {
            return;
        }
        BigDecimal known = priced(() -> clause.estimate.add(input.object(), false, sql));
        clause.known = clause.known.add(known);
        draw(key, new Sampled(index, json, known));
    }

    /** The rows of a RUN. */
    public void run(int index, Staged rows) {
        CallSpec call = calls.get(index);
        Clause clause = clauses.get(index);
        clause.rows = rows.rowCount();
        Input input = CascadeCalls.batchInput(rows.table(), rows.rowCount());
        SharedCall shared =
                answers.call(
                        identities.of(index),
                        call.cache(),
                        purity.of(call.cascade(), rows.table()),
                        input.hash(),
                        rows.rowsHash());
        if (!seen.add(CallKey.of(shared.key(), call.overrides()))) {
            return;
        }
        clause.distinct++;
        if (!isAnswered(clause, shared)) {
            clause.known = priced(() -> clause.estimate.add(input.object(), true, rows.sql()));
        }
    }

    /** A clause whose rows hang on other answers: at most so many, each of them different. */
    public void guess(int index, long rows) {
        Clause clause = clauses.get(index);
        boolean map = calls.get(index).verb() == CallSpec.Verb.MAP;
        clause.guessed = true;
        clause.rows = rows;
        clause.distinct = map ? rows : 1;
        clause.estimate.addUnknown(clause.distinct);
    }

    /** The query has more rows than the clause takes. */
    public void truncated(int index) {
        clauses.get(index).truncated = true;
    }

    private static boolean isAnswered(Clause clause, SharedCall shared) {
        if (shared.find().isPresent()) {
            clause.hits++;
            return true;
        }
        // A miss is that row's error then.
        return shared.isStoredOnly();
    }

    private interface Pricing {
        BigDecimal price() throws InterruptedException;
    }

    private static BigDecimal priced(Pricing pricing) {
        try {
            return pricing.price();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new SqlException(
                    SqlState.QUERY_CANCELED,
                    "canceling statement because its thread was interrupted");
        }
    }

    /** Keys are random bits, so those with the least are a sample that hangs on nothing else. */
    private void draw(CallKey key, Sampled input) {
        if (wanted > 0) {
            drawn.add(new Drawn(key.high(), input));
            if (drawn.size() > wanted) {
                drawn.poll();
            }
        }
    }

    /** By index of the clause. */
    public List<Outlook> outlooks() {
        return clauses.stream().map(Clause::outlook).toList();
    }

    /** At most as many as were wanted, of all inputs of MAPs that have to be computed. */
    public List<Sampled> sample() {
        return drawn.stream().map(Drawn::input).toList();
    }
}
