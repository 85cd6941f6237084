package io.rvbbit.udf;

import io.rvbbit.rewriter.SqlException;
import io.rvbbit.rewriter.SqlState;
import io.rvbbit.tracking.CallerId;
import io.rvbbit.tracking.EventSink;
import io.rvbbit.udf.JournalFile.Patience;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The journals of all statements, one file each, as long as age and size allow.
 *
 * <p>The oldest go first, and those of running statements never. Threading: any thread.
 */
public final class Journals {
    private static final Logger LOG = LoggerFactory.getLogger(Journals.class);
    private static final String SUFFIX = ".journal";
    private static final Duration BETWEEN_SWEEPS = Duration.ofMinutes(1);

    private final Path directory;
    private final Bounds bounds;
    private final InstantSource clock;
    private final Patience patience;
    private final Set<String> open = ConcurrentHashMap.newKeySet();
    private Instant nextSweep = Instant.MIN;

    /**
     * What is kept of statements that have ended.
     *
     * @param age since a journal was last written
     * @param bytes of all of them together
     */
    public record Bounds(Duration age, long bytes) {}

    private record Kept(Path path, Instant written, long bytes) {}

    /** For statements that fail at once when the disk is full. */
    public Journals(Path directory, Bounds bounds, InstantSource clock) {
        this(directory, bounds, clock, Patience.NONE);
    }

    /**
     * Makes the directory if it is not there.
     *
     * @param maxStall how long what a statement has paid for waits for a disk that is full
     * @param events is told of callers that wait so
     */
    public Journals(
            Path directory,
            Bounds bounds,
            InstantSource clock,
            Duration maxStall,
            EventSink events) {
        this(directory, bounds, clock, new Patience(maxStall, events));
    }

    private Journals(Path directory, Bounds bounds, InstantSource clock, Patience patience) {
        this.directory = directory;
        this.bounds = bounds;
        this.clock = clock;
        this.patience = patience;
        try {
            Files.createDirectories(directory);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** For a statement that begins. */
    public Journal begin(JournalHead head) {
        sweep();
        try {
            open.add(head.caller());
            return Journal.begin(
                    path(new CallerId(head.caller())),
                    head,
                    patience,
                    () -> open.remove(head.caller()));
        } catch (IOException e) {
            open.remove(head.caller());
            throw new SqlException(SqlState.DISK_FULL, "cannot begin the statement's journal", e)
                    .hint("make room below the server's data directory");
        }
    }

    /** Forgets a statement's journal, which is closed, if there is one. */
    public void discard(CallerId caller) {
        try {
            var _ = Files.deleteIfExists(path(caller));
        } catch (IOException e) {
            throw new SqlException(
                    SqlState.IO_ERROR, "the journal of \"" + caller + "\" cannot be removed", e);
        }
    }

    /**
     * What a statement was.
     *
     * @throws SqlException 42704 if no journal of it is kept
     */
    public JournalHead head(CallerId caller) {
        try {
            return Journal.head(path(caller));
        } catch (NoSuchFileException | FileNotFoundException e) {
            throw unknown(caller, e);
        } catch (IOException e) {
            throw unreadable(caller, e);
        }
    }

    /**
     * Goes on with a statement's journal.
     *
     * @throws SqlException 42704 if none is kept, 55006 if the statement runs
     */
    public Journal resume(CallerId caller) {
        if (!open.add(caller.value())) {
            throw running(caller);
        }
        try {
            return Journal.resume(path(caller), patience, () -> open.remove(caller.value()));
        } catch (NoSuchFileException | FileNotFoundException e) {
            open.remove(caller.value());
            throw unknown(caller, e);
        } catch (IOException e) {
            open.remove(caller.value());
            throw unreadable(caller, e);
        }
    }

    /**
     * The rows of the one MAP of a statement that has ended.
     *
     * @param head of that statement
     * @param lastRunOnly whether its last run had all of its rows; else what earlier runs had
     *     counts too
     * @param most rows beyond so many are left out
     * @throws SqlException 42704 if no journal is kept, 55006 if the statement runs
     */
    public Replay replay(JournalHead head, boolean lastRunOnly, long most) {
        CallerId caller = new CallerId(head.caller());
        if (open.contains(caller.value())) {
            throw running(caller);
        }
        try {
            return Replay.open(path(caller), head, lastRunOnly, most);
        } catch (NoSuchFileException | FileNotFoundException e) {
            throw unknown(caller, e);
        } catch (IOException e) {
            throw unreadable(caller, e);
        }
    }

    private static SqlException running(CallerId caller) {
        return new SqlException(
                        SqlState.OBJECT_IN_USE, "the statement \"" + caller + "\" is running")
                .hint("wait for its end, or cancel it first");
    }

    private Path path(CallerId caller) {
        return directory.resolve(caller.value() + SUFFIX);
    }

    private static SqlException unknown(CallerId caller, IOException cause) {
        return new SqlException(
                        SqlState.UNDEFINED_OBJECT,
                        "no rows are kept of a statement \"" + caller + "\"",
                        cause)
                .hint(
                        "sql_query_log lists statements by caller_id; how long their rows are kept"
                                + " is set by journal-age and journal-size");
    }

    private static SqlException unreadable(CallerId caller, IOException cause) {
        return new SqlException(
                SqlState.IO_ERROR, "the journal of \"" + caller + "\" cannot be read", cause);
    }

    /** Deletes what is too old or too much. */
    private synchronized void sweep() {
        Instant now = clock.instant();
        if (now.isBefore(nextSweep)) {
            return;
        }
        nextSweep = now.plus(BETWEEN_SWEEPS);
        try {
            List<Kept> kept = closed();
            long bytes = kept.stream().mapToLong(Kept::bytes).sum();
            for (Kept oldest : kept) {
                boolean old = oldest.written().plus(bounds.age()).isBefore(now);
                if (!old && bytes <= bounds.bytes()) {
                    break;
                }
                Files.deleteIfExists(oldest.path());
                bytes -= oldest.bytes();
            }
        } catch (IOException | UncheckedIOException e) {
            LOG.warn("cannot clear old journals away", e);
        }
    }

    /** The oldest first. */
    private List<Kept> closed() throws IOException {
        List<Kept> kept = new ArrayList<>();
        try (Stream<Path> files = Files.list(directory)) {
            for (Path path : files.filter(file -> file.toString().endsWith(SUFFIX)).toList()) {
                String name = path.getFileName().toString();
                if (!open.contains(name.substring(0, name.length() - SUFFIX.length()))) {
                    kept.add(
                            new Kept(
                                    path,
                                    Files.getLastModifiedTime(path).toInstant(),
                                    Files.size(path)));
                }
            }
        }
        kept.sort(Comparator.comparing(Kept::written));
        return kept;
    }
}
