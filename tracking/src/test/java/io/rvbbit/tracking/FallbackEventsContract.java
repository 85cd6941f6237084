package io.rvbbit.tracking;

import static org.assertj.core.api.Assertions.assertThat;

import io.rvbbit.tracking.BookReader.Scan;
import io.rvbbit.tracking.Fallback.Decision;
import io.rvbbit.tracking.Fallback.Stage;
import io.rvbbit.tracking.retention.RetainedTable;
import java.math.BigDecimal;
import java.nio.file.Path;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What the books hold of functions that a model stood in for. */
abstract class FallbackEventsContract {
    static final Fallback ANSWERED =
            new Fallback(
                    "01J00000000000000000000001",
                    new CallerId("sql-clever-fox-abc123"),
                    "udf-merry-owl-abc124",
                    "ada",
                    "stripe",
                    "charge",
                    "{\"amount\":12.5,\"to\":\"O'Neill\"}",
                    Optional.of(Decision.OBJECT),
                    "gpt-x",
                    Duration.ofMillis(120),
                    Stage.of(Duration.ofMillis(20), 35),
                    Stage.of(Duration.ofMillis(95), 410),
                    new BigDecimal("0.00123"),
                    "{\"ok\":true}",
                    "",
                    "{\"cached\":false}");
    static final Fallback FAILED =
            new Fallback(
                    "01J00000000000000000000002",
                    new CallerId("sql-clever-fox-abc123"),
                    "",
                    "bob",
                    "sql",
                    "sentiment_of",
                    "",
                    Optional.empty(),
                    "",
                    Duration.ofSeconds(2),
                    Stage.NONE,
                    Stage.NONE,
                    null,
                    "",
                    "{\"class\":\"timeout\",\"sqlstate\":\"38000\",\"message\":\"no answer in 2 s\"}",
                    "");

    private final Instant at = Instant.parse("2026-11-22T10:00:00.123456Z");

    @TempDir Path directory;
    private Books books;

    /** New books. */
    abstract Books empty(Path directory);

    /** After the books are closed. */
    void drop() throws SQLException {}

    @BeforeEach
    void open() {
        books = empty(directory);
    }

    @AfterEach
    void close() throws SQLException {
        books.close();
        drop();
    }

    private List<String> rows(@Nullable String user, String... columns) {
        List<String> rows = new ArrayList<>();
        List<String> wanted = List.of(columns);
        try (Scan scan =
                user == null
                        ? books.scan("ai_fallback_events", wanted)
                        : books.scanOwn("ai_fallback_events", wanted, user)) {
            for (@Nullable Object @Nullable [] row = scan.next(); row != null; row = scan.next()) {
                rows.add(
                        Arrays.stream(row).map(String::valueOf).collect(Collectors.joining(" | ")));
            }
        }
        rows.sort(null);
        return rows;
    }

    @Test
    void a_success_and_a_failure_have_every_column() {
        books.record(new Event.FallbackEnded(ANSWERED, at));
        books.record(new Event.FallbackEnded(FAILED, at.plusSeconds(1)));

        assertThat(rows(null, "ulid", "ts", "service", "method", "args", "user_id", "session_id"))
                .containsExactly(
                        "01J00000000000000000000001 | 2026-11-22T10:00:00.123456Z | stripe | charge"
                                + " | {\"amount\":12.5,\"to\":\"O'Neill\"} | ada"
                                + " | udf-merry-owl-abc124",
                        "01J00000000000000000000002 | 2026-11-22T10:00:01.123456Z | sql"
                                + " | sentiment_of | {} | bob | ");
        assertThat(
                        rows(
                                null,
                                "ulid",
                                "caller_id",
                                "decision",
                                "model",
                                "success",
                                "latency_ms",
                                "decision_latency_ms",
                                "generation_latency_ms"))
                .containsExactly(
                        "01J00000000000000000000001 | sql-clever-fox-abc123 | object | gpt-x | true"
                                + " | 120 | 20 | 95",
                        "01J00000000000000000000002 | sql-clever-fox-abc123 |  |  | false | 2000"
                                + " | null | null");
        assertThat(
                        rows(
                                null,
                                "ulid",
                                "cost_usd",
                                "decision_tokens",
                                "generation_tokens",
                                "result",
                                "error",
                                "metadata"))
                .containsExactly(
                        "01J00000000000000000000001 | 0.001230000000 | 35 | 410 | {\"ok\":true} | "
                                + " | {\"cached\":false}",
                        "01J00000000000000000000002 | null | null | null |  | no answer in 2 s"
                                + " | {\"error_class\":\"timeout\"}");
    }

    @Test
    void each_user_sees_what_that_user_called() {
        books.record(new Event.FallbackEnded(ANSWERED, at));
        books.record(new Event.FallbackEnded(FAILED, at));

        assertThat(rows("ada", "method")).containsExactly("charge");
        assertThat(rows("bob", "method")).containsExactly("sentiment_of");
        assertThat(rows("eve", "method")).isEmpty();
    }

    @Test
    void retention_removes_the_old_ones_alone() {
        books.record(new Event.FallbackEnded(ANSWERED, at));
        books.record(new Event.FallbackEnded(FAILED, Instant.now()));

        assertThat(books.retain(RetainedTable.AI_FALLBACK_EVENTS, 1)).isEqualTo(1);

        assertThat(rows(null, "method")).containsExactly("sentiment_of");
    }
}
