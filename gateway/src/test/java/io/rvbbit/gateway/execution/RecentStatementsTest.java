package io.rvbbit.gateway.execution;

import static org.assertj.core.api.Assertions.assertThat;

import io.rvbbit.tracking.BookReader;
import io.rvbbit.tracking.BookReader.BookTable;
import io.rvbbit.tracking.CallerId;
import io.rvbbit.tracking.Event.StatementStatus;
import io.rvbbit.tracking.Usage;
import io.rvbbit.udf.RowProgress;
import java.math.BigDecimal;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalLong;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

final class RecentStatementsTest {
    private static final Instant BEGAN = Instant.parse("2026-01-02T03:04:05Z");

    private final Hands clock = new Hands();
    private final RecentStatements statements = new RecentStatements(clock);
    private final LiveBooks books = new LiveBooks(new NoBooks(), statements);

    /** A clock that a test moves. */
    private static final class Hands extends Clock {
        private Instant now = BEGAN;

        @Override
        public Instant instant() {
            return now;
        }

        @Override
        public ZoneId getZone() {
            return ZoneOffset.UTC;
        }

        @Override
        public Clock withZone(ZoneId zone) {
            return this;
        }
    }

    /** Books that hold nothing. */
    private static final class NoBooks implements BookReader {
        @Override
        public List<BookTable> tables() {
            return List.of();
        }

        @Override
        public Scan scan(String table, List<String> columns) {
            throw new AssertionError(table);
        }

        @Override
        public Scan scanOwn(String table, List<String> columns, String userName) {
            throw new AssertionError(table);
        }
    }

    private StatementState running(String caller, String user, RowProgress rows) {
        return new StatementState(
                new StatementState.Origin(
                        new CallerId(caller),
                        7,
                        user,
                        "default",
                        "",
                        "x".repeat(9_000),
                        "k",
                        4,
                        BEGAN),
                StatementStatus.RUNNING,
                null,
                rows,
                List.of("c"),
                List.of("m"),
                3,
                5,
                Usage.NONE,
                "",
                "");
    }

    private StatementState ended(String caller, String user) {
        return running(caller, user, RowProgress.NONE)
                .ended(StatementStatus.COMPLETED, 5, Usage.NONE, "", clock.instant());
    }

    private static List<@Nullable Object> column(BookReader.Scan scan) {
        List<@Nullable Object> values = new ArrayList<>();
        for (@Nullable Object @Nullable [] row = scan.next(); row != null; row = scan.next()) {
            values.add(row[0]);
        }
        return values;
    }

    @Test
    void an_ended_statement_is_shown_for_ten_minutes() {
        statements.ended(ended("sql-old-owl-000001", "ann"));
        clock.now = BEGAN.plus(Duration.ofMinutes(6));
        statements.ended(ended("sql-new-owl-000002", "ann"));

        clock.now = BEGAN.plus(Duration.ofMinutes(10));
        assertThat(statements.all()).hasSize(2);
        clock.now = BEGAN.plus(Duration.ofMinutes(10)).plusMillis(1);
        assertThat(statements.all())
                .extracting(state -> state.origin().caller().value())
                .containsExactly("sql-new-owl-000002");
    }

    @Test
    void no_more_than_a_thousand_are_kept() {
        for (int i = 0; i < 1_005; i++) {
            statements.ended(ended("sql-many-owls-%06d".formatted(i), "ann"));
        }

        assertThat(statements.all()).hasSize(1_000);
        assertThat(statements.all().getFirst().origin().caller().value()).endsWith("000005");
    }

    @Test
    void everybody_sees_what_is_theirs() {
        statements.ended(ended("sql-an-owl-000001", "ann"));
        statements.ended(ended("sql-an-owl-000002", "bob"));

        assertThat(column(books.scanOwn("statements", List.of("caller_id"), "bob")))
                .containsExactly("sql-an-owl-000002");
        assertThat(column(books.scan("progress", List.of("caller_id")))).hasSize(2);
    }

    @Test
    void a_long_text_is_cut() {
        statements.ended(ended("sql-an-owl-000001", "ann"));

        assertThat(column(books.scan("statements", List.of("query"))))
                .containsExactly("x".repeat(4_096));
    }

    @Test
    void the_names_are_not_reserved() {
        assertThat(books.tables()).extracting(BookTable::name).contains("progress", "statements");
        assertThat(books.tables()).noneMatch(BookTable::reserved);
    }

    @Test
    void what_was_cut_short_keeps_an_unknown_total() {
        RowProgress some = new RowProgress(OptionalLong.empty(), 4, 1, 2, OptionalLong.empty());

        assertThat(some.ended(true).total()).hasValue(4);
        assertThat(some.ended(false).total()).isEmpty();
        assertThat(some.ended(false).etaSeconds()).hasValue(0);
    }

    @Test
    void the_notice_says_what_is_known() {
        StatementState state =
                running(
                        "sql-an-owl-000001",
                        "ann",
                        new RowProgress(OptionalLong.of(10), 4, 1, 2, OptionalLong.of(33)));

        assertThat(state.inWords())
                .isEqualTo(
                        "sql-an-owl-000001: 4 of 10 rows done, 1 failed, 2 cached, 0.000000 USD"
                                + " spent, 33 s left");
        assertThat(running("sql-an-owl-000001", "ann", RowProgress.NONE).inWords())
                .endsWith(
                        ": 0 rows done, 0 failed, 0 cached, 0.000000 USD spent, time left unknown");
        assertThat(
                        state.ended(
                                        StatementStatus.CANCELLED,
                                        7,
                                        new Usage(1, 2, new BigDecimal("0.1")),
                                        "why",
                                        BEGAN)
                                .callsInFlight())
                .isZero();
    }
}
