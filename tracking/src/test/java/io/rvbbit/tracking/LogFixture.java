package io.rvbbit.tracking;

import io.rvbbit.tracking.LogReader.Taken;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.stream.Stream;

/** A small event log of events that have names. */
final class LogFixture {
    static final int SEGMENT = 64 << 10;
    static final EventLog.Bounds BOUNDS =
            new EventLog.Bounds(1 << 20, SEGMENT, Duration.ofMillis(50));

    /** What waits until it is let in. */
    static final CompletableFuture<Void> NEVER = new CompletableFuture<>();

    private LogFixture() {}

    static Event event(String session, int length) {
        return new Event.ToolStarted(
                session, "c", "sql_data", Event.NO_TAKE, "x".repeat(length), Story.START);
    }

    static EventLog open(Path directory) throws IOException {
        return EventLog.open(directory, BOUNDS);
    }

    static void append(EventLog log, int from, int to, int length) {
        for (int i = from; i < to; i++) {
            log.append(event("s" + i, length));
        }
    }

    static List<LoggedEvent> read(LogReader reader, long through) throws IOException {
        List<LoggedEvent> events = new ArrayList<>();
        Taken taken = reader.read(through, Integer.MAX_VALUE, Long.MAX_VALUE);
        while (!taken.events().isEmpty()) {
            events.addAll(taken.events());
            taken = reader.read(through, Integer.MAX_VALUE, Long.MAX_VALUE);
        }
        return events;
    }

    /** What a log that was left as it is says after {@code position}. */
    static List<LoggedEvent> reread(Path directory, long position) throws IOException {
        try (EventLog log = open(directory);
                LogReader reader = log.start(position)) {
            return read(reader, log.state().recorded());
        }
    }

    static List<String> sessions(List<LoggedEvent> events) {
        return events.stream()
                .map(logged -> ((Event.ToolStarted) logged.event()).sessionId())
                .toList();
    }

    static List<String> named(int from, int to) {
        List<String> names = new ArrayList<>();
        for (int i = from; i < to; i++) {
            names.add("s" + i);
        }
        return names;
    }

    static List<Path> segments(Path directory) throws IOException {
        try (Stream<Path> files = Files.list(directory)) {
            return files.filter(file -> file.toString().endsWith(".seg")).sorted().toList();
        }
    }
}
