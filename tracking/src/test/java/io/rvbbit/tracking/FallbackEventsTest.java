package io.rvbbit.tracking;

import static org.assertj.core.api.Assertions.assertThat;

import io.rvbbit.tracking.BookReader.Scan;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** In the embedded store, and in the event log before it. */
class FallbackEventsTest extends FallbackEventsContract {
    @Override
    Books empty(Path directory) {
        return Books.open(directory.resolve("books.duckdb"), Clock.systemUTC());
    }

    @Test
    void a_fallback_is_read_from_the_log_as_it_was_written(@TempDir Path other) throws Exception {
        Instant at = Instant.parse("2026-11-22T10:00:00.123456Z");
        List<Event> events =
                List.of(new Event.FallbackEnded(ANSWERED, at), new Event.FallbackEnded(FAILED, at));
        try (EventLog log = LogFixture.open(other);
                LogReader _ = log.start(0)) {
            events.forEach(log::append);
        }

        assertThat(LogFixture.reread(other, 0)).extracting(LoggedEvent::event).isEqualTo(events);
    }

    @Test
    void what_was_recorded_before_a_restart_is_there_once(@TempDir Path other) {
        Path file = other.resolve("books.duckdb");
        try (Books first = Books.open(file, Clock.systemUTC())) {
            first.record(new Event.FallbackEnded(ANSWERED, Instant.now()));
        }
        try (Books second = Books.open(file, Clock.systemUTC());
                Scan rows = second.scan("ai_fallback_events", List.of("ulid"))) {
            assertThat(rows.next()).containsExactly(ANSWERED.ulid());
            assertThat(rows.next()).isNull();
        }
    }
}
