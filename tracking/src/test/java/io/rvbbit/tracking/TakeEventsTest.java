package io.rvbbit.tracking;

import static org.assertj.core.api.Assertions.assertThat;

import io.rvbbit.tracking.BookReader.Scan;
import io.rvbbit.tracking.Event.NoteType;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What belongs to a take of a cell has the take's number, everywhere and after a crash. */
class TakeEventsTest {
    private static final String CALLER = "sql-clever-fox-abc123";
    private static final String SESSION = "udf-merry-owl-abc124";
    private static final Instant AT = Story.START.plusMillis(40);

    @TempDir Path directory;

    private static Event started(String request, int take) {
        return new Event.AttemptStarted(
                SESSION, "extract", request, 1, 1, take, "gpt", "stub", "{}", AT);
    }

    private static Event ended(String request, int take) {
        return new Event.AttemptEnded(
                SESSION,
                "extract",
                request,
                1,
                1,
                take,
                "gpt",
                "gpt-x",
                "stub",
                Story.usage(3, 1, "0.25"),
                "{}",
                "",
                "",
                Duration.ofMillis(5),
                AT);
    }

    private static LogRecord.Definition none(String text) {
        return new LogRecord.Definition(1, text);
    }

    private static Event note(int take) {
        return new Event.Noted(SESSION, "extract", NoteType.RETRY, 1, take, "{}", AT);
    }

    private static List<Event> both() {
        return List.of(
                started("r0", Event.NO_TAKE),
                ended("r0", Event.NO_TAKE),
                note(Event.NO_TAKE),
                started("r1", 0),
                ended("r1", 0),
                note(0),
                started("r2", 200),
                ended("r2", 200));
    }

    @Test
    void the_log_keeps_the_number_of_the_take() throws Exception {
        try (EventLog log = LogFixture.open(directory);
                LogReader _ = log.start(0)) {
            both().forEach(log::append);
        }

        assertThat(LogFixture.reread(directory, 0))
                .extracting(LoggedEvent::event)
                .isEqualTo(both());
    }

    @Test
    void an_event_of_no_take_is_written_as_it_was_before_there_were_takes() {
        byte[] bytes =
                EventCodec.event(started("r0", Event.NO_TAKE), TakeEventsTest::none).payload();

        assertThat(bytes[0]).isEqualTo((byte) 22);
        assertThat(EventCodec.event(started("r1", 0), TakeEventsTest::none).payload())
                .startsWith(30, 0, 22);
    }

    @Test
    void the_row_of_an_attempt_and_of_a_note_has_it() {
        List<Event> events = new ArrayList<>();
        Story story = new Story(events::add, CALLER);
        story.statement("q");
        story.session(SESSION, 0, "{}");
        story.cell(SESSION, "extract");
        events.addAll(both());

        List<Row<LogColumn>> logs =
                new Numbering().book(new Bookkeeper(Bookkeeper.Past.NONE), events).logs();

        assertThat(logs.subList(2, logs.size()))
                .extracting(row -> row.get(LogColumn.TAKE_INDEX))
                .containsExactly(null, null, null, 0, 0, 0, 200, 200);
    }

    @Test
    void an_orphaned_attempt_keeps_it() throws Exception {
        Path killed = directory.resolve("killed.duckdb");
        try (Books books = open("books.duckdb", Story.START)) {
            Story story = new Story(books, CALLER);
            story.statement("q");
            story.session(SESSION, 0, "{}");
            story.cell(SESSION, "extract");
            books.record(started("r1", 1));
            books.record(started("r2", Event.NO_TAKE));
            books.scan("all_data", List.of()).close();
            for (String end : List.of("", ".wal")) {
                Path file = directory.resolve("books.duckdb" + end);
                if (Files.exists(file)) {
                    Files.copy(file, Path.of(killed + end));
                }
            }
        }
        try (Books books = open("killed.duckdb", AT.plusSeconds(60));
                Scan scan =
                        books.scan("all_data", List.of("event_type", "request_id", "take_index"))) {
            List<List<Object>> rows = new ArrayList<>();
            for (var row = scan.next(); row != null; row = scan.next()) {
                rows.add(Arrays.asList(row));
            }

            assertThat(rows)
                    .contains(
                            Arrays.asList("turn_error", "r1", 1),
                            Arrays.asList("turn_error", "r2", null));
        }
    }

    private Books open(String file, Instant now) {
        return Books.open(directory.resolve(file), Clock.fixed(now, ZoneOffset.UTC));
    }
}
