package io.rvbbit.rewriter;

import io.rvbbit.rewriter.OptionKey.Place;
import io.rvbbit.rewriter.Options.CachePolicy;
import io.rvbbit.rewriter.Options.OnError;
import io.rvbbit.rewriter.Options.RowLimit;
import java.math.BigDecimal;
import java.time.Duration;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Reads {@code WITH (key = value, …)} and merges it with what the clauses before it said.
 *
 * <p>Threading: one parse.
 */
final class OptionsParser {
    private static final String FORM = "WITH (key = value, …), for example WITH (limit = 100)";
    private static final int LARGEST_PARALLEL = 10_000;

    private final TokenCursor cursor;
    private final Place place;
    private final Map<OptionKey, OptionValue> values = new EnumMap<>(OptionKey.class);

    OptionsParser(TokenCursor cursor, Place place) {
        this.cursor = cursor;
        this.place = place;
    }

    /** Reads WITH (…) if it stands here. */
    void read() {
        if (!cursor.accept("WITH")) {
            return;
        }
        cursor.expectOperator("(", "\"(\" after WITH", FORM);
        do {
            readPair();
        } while (cursor.acceptOperator(","));
        if (!cursor.acceptOperator(")")) {
            throw cursor.unexpected("\",\" or \")\" in WITH (…)").hint(FORM);
        }
    }

    private void readPair() {
        Token word = cursor.peek();
        if (!word.isIdentifier()) {
            throw cursor.unexpected("a key in WITH (…)").hint("keys: " + OptionKey.listOf(place));
        }
        cursor.next();
        OptionKey key = OptionKey.named(word.identifier()).orElseThrow(() -> unknown(word));
        if (!key.isLegalOn(place)) {
            throw misplaced(key, word);
        }
        cursor.expectOperator("=", "\"=\" after the key \"" + key.word() + "\"", FORM);
        OptionValue value = OptionValue.read(cursor, key.word());
        if (values.putIfAbsent(key, value) != null) {
            throw invalid("key \"" + key.word() + "\" is given twice", word);
        }
    }

    private SqlException unknown(Token word) {
        String nearest =
                NearestName.of(word.identifier(), OptionKey.wordsOf(place))
                        .map(name -> "did you mean " + name + "? ")
                        .orElse("");
        return invalid("unknown key \"" + word.identifier() + "\" in WITH (…)", word)
                .hint(nearest + "keys: " + OptionKey.listOf(place));
    }

    private SqlException misplaced(OptionKey key, Token word) {
        SqlException wrong =
                invalid("key \"" + key.word() + "\" is not legal on RVBBIT " + place, word);
        return key == OptionKey.AS_TABLE
                ? wrong.hint("to keep the rows, write CREATE TEMP TABLE name AS RVBBIT MAP …")
                : wrong.hint("keys of RVBBIT " + place + ": " + OptionKey.listOf(place));
    }

    /** The merged options; {@code parallel} and {@code distinct} are the clauses before USING. */
    Options options(@Nullable Integer parallel, boolean distinct, OutputClause outputs) {
        checkOutputs(outputs);
        return new Options(
                at(OptionKey.RESULT_COLUMN).map(OptionValue::name).orElse(null),
                at(OptionKey.AS_TABLE).map(OptionValue::name).orElse(null),
                at(OptionKey.INFER_SCHEMA).map(OptionValue::flag).orElse(false),
                distinct(distinct),
                at(OptionKey.DEDUPE_BY).map(OptionValue::names).orElse(List.of()),
                limit(),
                parallel(parallel),
                at(OptionKey.MODEL).map(OptionValue::text).orElse(null),
                at(OptionKey.TEMPERATURE).map(value -> value.decimal(2, 6)).orElse(null),
                at(OptionKey.MAX_TOKENS)
                        .map(value -> (int) value.integer(1, Integer.MAX_VALUE))
                        .orElse(null),
                cache(),
                budget(),
                timeout(),
                onError(),
                at(OptionKey.META).map(OptionValue::flag).orElse(false),
                at(OptionKey.KEY).map(OptionValue::names).orElse(List.of()),
                at(OptionKey.MAX_FAILED_ROWS)
                        .map(value -> (int) value.integer(0, Integer.MAX_VALUE))
                        .orElse(null));
    }

    /** The output clause with {@code result_column} taken in. */
    OutputClause outputs(OutputClause outputs) {
        return at(OptionKey.RESULT_COLUMN)
                .<OutputClause>map(value -> new OutputClause.Named(value.name()))
                .orElse(outputs);
    }

    private void checkOutputs(OutputClause outputs) {
        Optional<OptionValue> name = at(OptionKey.RESULT_COLUMN);
        Optional<OptionValue> infer = at(OptionKey.INFER_SCHEMA).filter(OptionValue::flag);
        switch (outputs) {
            case OutputClause.Default _ -> {
                if (name.isPresent() && infer.isPresent()) {
                    throw infer.get().invalid("contradicts result_column");
                }
            }
            case OutputClause.Named named -> {
                if (name.isPresent() && !name.get().name().equals(named.name())) {
                    throw name.get().invalid("contradicts AS " + named.name());
                }
                if (infer.isPresent()) {
                    throw infer.get().invalid("contradicts AS " + named.name());
                }
            }
            case OutputClause.Columns _ -> {
                if (name.isPresent()) {
                    throw name.get().invalid("contradicts AS (…)");
                }
                if (infer.isPresent()) {
                    throw infer.get().invalid("contradicts AS (…)");
                }
            }
        }
    }

    private boolean distinct(boolean clause) {
        Optional<OptionValue> value = at(OptionKey.DISTINCT);
        if (clause && value.isPresent() && !value.get().flag()) {
            throw value.get().invalid("contradicts DISTINCT");
        }
        return clause || value.map(OptionValue::flag).orElse(false);
    }

    private @Nullable Integer parallel(@Nullable Integer clause) {
        Optional<OptionValue> value = at(OptionKey.PARALLEL);
        if (value.isEmpty()) {
            return clause;
        }
        int parallel = (int) value.get().integer(1, LARGEST_PARALLEL);
        if (clause != null && clause != parallel) {
            throw value.get().invalid("contradicts PARALLEL " + clause);
        }
        return parallel;
    }

    private RowLimit limit() {
        Optional<OptionValue> value = at(OptionKey.LIMIT);
        if (value.isEmpty()) {
            return new RowLimit.Unset();
        }
        return value.get().isWord("none")
                ? new RowLimit.None()
                : new RowLimit.Rows(value.get().integer(0, Long.MAX_VALUE - 1));
    }

    private @Nullable CachePolicy cache() {
        return at(OptionKey.CACHE).map(OptionsParser::cache).orElse(null);
    }

    private static CachePolicy cache(OptionValue value) {
        if (value.isFlag()) {
            return value.flag() ? new CachePolicy.On() : new CachePolicy.Off();
        }
        if (value.isText("only")) {
            return new CachePolicy.Only();
        }
        return new CachePolicy.MaxAge(value.duration("true, false, 'only' or an age like '30m'"));
    }

    private @Nullable BigDecimal budget() {
        return at(OptionKey.BUDGET_DOLLARS).map(value -> value.decimal(9_000_000, 12)).orElse(null);
    }

    private @Nullable Duration timeout() {
        return at(OptionKey.TIMEOUT)
                .map(value -> value.duration("a time like '30s' or '5m'"))
                .orElse(null);
    }

    private @Nullable OnError onError() {
        return at(OptionKey.ON_ERROR)
                .map(value ->
                        switch (value.choice("null", "fail", "column")) {
                            case "null" -> OnError.NULL;
                            case "fail" -> OnError.FAIL;
                            default -> OnError.COLUMN;
                        })
                .orElse(null);
    }

    private Optional<OptionValue> at(OptionKey key) {
        return Optional.ofNullable(values.get(key));
    }

    private SqlException invalid(String message, Token token) {
        return new SqlException(SqlState.INVALID_PARAMETER_VALUE, message)
                .at(cursor.position(token));
    }
}
