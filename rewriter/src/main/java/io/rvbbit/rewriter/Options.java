package io.rvbbit.rewriter;

import java.math.BigDecimal;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * What WITH (…) and the clauses PARALLEL and DISTINCT say; null where they say nothing.
 *
 * @param dedupeBy column names, empty where not asked for
 * @param key column names that tell rows apart, empty where not given
 * @param budgetDollars the most this statement may spend, in USD
 * @param timeout of one row's cascade
 */
public record Options(
        @Nullable String resultColumn,
        @Nullable String asTable,
        boolean inferSchema,
        boolean distinct,
        List<String> dedupeBy,
        RowLimit limit,
        @Nullable Integer parallel,
        @Nullable String model,
        @Nullable BigDecimal temperature,
        @Nullable Integer maxTokens,
        @Nullable CachePolicy cache,
        @Nullable BigDecimal budgetDollars,
        @Nullable Duration timeout,
        @Nullable OnError onError,
        boolean meta,
        List<String> key,
        @Nullable Integer maxFailedRows) {

    public Options {
        dedupeBy = List.copyOf(dedupeBy);
        key = List.copyOf(key);
    }

    /**
     * These, for a REPLAY with its own: what it names goes before; its limit stands alone, since
     * the rows are those that were within the old one, and stored answers are not used.
     */
    public Options replayed(Options own) {
        return new Options(
                resultColumn,
                asTable,
                inferSchema,
                distinct,
                dedupeBy,
                own.limit,
                own.parallel == null ? parallel : own.parallel,
                own.model == null ? model : own.model,
                own.temperature == null ? temperature : own.temperature,
                own.maxTokens == null ? maxTokens : own.maxTokens,
                new CachePolicy.Off(),
                own.budgetDollars == null ? budgetDollars : own.budgetDollars,
                timeout,
                onError,
                meta,
                key,
                maxFailedRows);
    }

    /** The key {@code limit}: a cap beside the query's own LIMIT. */
    public sealed interface RowLimit {
        /** Nothing was said: the default applies where the query has no LIMIT of its own. */
        record Unset() implements RowLimit {}

        /** {@code limit = none}: only the server's maximum applies. */
        record None() implements RowLimit {}

        /** At most this many rows. */
        record Rows(long rows) implements RowLimit {}
    }

    /** The key {@code cache}. */
    public sealed interface CachePolicy {
        /** The policy that a setting names: as in WITH, and {@code on} and {@code off}. */
        static Optional<CachePolicy> named(String text) {
            String word = text.strip().toLowerCase(Locale.ROOT);
            return switch (word) {
                case "true", "on" -> Optional.of(new On());
                case "false", "off" -> Optional.of(new Off());
                case "only" -> Optional.of(new Only());
                default -> OptionValue.time(word).map(MaxAge::new);
            };
        }

        /** Neither read nor written. */
        record Off() implements CachePolicy {}

        /** Any stored answer. */
        record On() implements CachePolicy {}

        /** Stored answers at most that old. */
        record MaxAge(Duration age) implements CachePolicy {}

        /** Stored answers only: a miss is that row's error. */
        record Only() implements CachePolicy {}
    }

    /** What becomes of a row whose cascade failed. */
    public enum OnError {
        NULL,
        FAIL,
        COLUMN
    }
}
