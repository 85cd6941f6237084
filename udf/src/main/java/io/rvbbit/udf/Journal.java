package io.rvbbit.udf;

import com.fasterxml.jackson.core.JsonProcessingException;
import io.rvbbit.rewriter.SqlException;
import io.rvbbit.rewriter.SqlState;
import io.rvbbit.tracking.CallerId;
import io.rvbbit.tracking.RecordFile;
import io.rvbbit.udf.JournalFile.Patience;
import java.io.EOFException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.locks.ReentrantLock;

/**
 * What one statement has been answered, in a file: every answer before anybody gets it, and every
 * row before it leaves.
 *
 * <p>So the same input is never paid for twice, neither by this run of the statement nor by one
 * that resumes it after the server was killed. The heap holds 24 bytes for each distinct input; a
 * write outlives the process, not the machine. Kinds of records: {@code H} the {@link JournalHead}
 * as JSON; {@code A} the key for a later run (16 bytes) and the answer as JSON; {@code R} call (4
 * bytes), row (8), the answer's key (16) and the row as JSON; {@code S} the same of a row that did
 * not pay for its answer; {@code B} nothing: a further run begins. Threading: any thread.
 */
public final class Journal implements AutoCloseable {
    static final byte HEAD = 'H';
    static final byte ANSWER = 'A';
    static final byte ROW = 'R';
    static final byte SERVED_ROW = 'S';
    static final byte RUN = 'B';

    private static final int KEY_BYTES = 16;
    private static final int ROW_KEY = Integer.BYTES + Long.BYTES;
    private static final int ROW_BYTES = ROW_KEY + KEY_BYTES;

    private final JournalFile file;
    private final JournalHead head;
    private final Runnable onClose;
    private final ReentrantLock lock = new ReentrantLock();
    private final AnswerIndex answers = new AnswerIndex();
    private final AnswerIndex earlierAnswers = new AnswerIndex();
    private final AnswerIndex earlierRows = new AnswerIndex();
    private long earlierRowCount;
    private long unchangedRows;
    private long newRows;
    private boolean resumed;
    private boolean closed;

    /** How the rows of a resumed statement compare to those it had before. */
    public record Comparison(long unchanged, long added, long gone) {}

    private Journal(JournalFile file, JournalHead head, Runnable onClose) {
        this.file = file;
        this.head = head;
        this.onClose = onClose;
    }

    /** A new one; {@code onClose} runs once. */
    static Journal begin(Path path, JournalHead head, Patience patience, Runnable onClose)
            throws IOException {
        RecordFile file = RecordFile.create(path);
        try {
            long _ = file.append(HEAD, Json.bytes(head));
            return new Journal(patient(file, head, patience), head, onClose);
        } catch (IOException | RuntimeException fault) {
            file.close();
            // Without a head it would be nothing to resume.
            Files.deleteIfExists(path);
            throw fault;
        }
    }

    private static JournalFile patient(RecordFile file, JournalHead head, Patience patience) {
        return new JournalFile(file, new CallerId(head.caller()), patience);
    }

    /**
     * Goes on with one that was left: its answers are there, but for those that failed.
     *
     * @throws IOException also if it is no journal
     */
    static Journal resume(Path path, Patience patience, Runnable onClose) throws IOException {
        JournalHead head = head(path);
        AnswerIndex good = new AnswerIndex();
        AnswerIndex rows = new AnswerIndex();
        RecordFile file =
                RecordFile.open(
                        path,
                        (offset, kind, payload) -> {
                            if (kind == ANSWER && answer(payload).error() == null) {
                                good.put(answerKey(payload), offset);
                            } else if (kind == ROW || kind == SERVED_ROW) {
                                CallKey row = rowKey(rowCall(payload), row(payload));
                                rows.put(row, Math.max(0, rows.get(row)) + 1);
                            }
                            return true;
                        });
        try {
            long _ = file.append(RUN, new byte[0]);
            return new Journal(patient(file, head, patience), head, onClose).resumed(good, rows);
        } catch (IOException | RuntimeException fault) {
            file.close();
            throw fault;
        }
    }

    private Journal resumed(AnswerIndex good, AnswerIndex rows) {
        lock.lock();
        try {
            resumed = true;
            good.forEach(earlierAnswers::put);
            rows.forEach((key, count) -> {
                earlierRows.put(key, count);
                earlierRowCount += count;
            });
            return this;
        } finally {
            lock.unlock();
        }
    }

    /**
     * What the statement was.
     *
     * @throws IOException also if it is no journal
     */
    static JournalHead head(Path path) throws IOException {
        AtomicReference<JournalHead> found = new AtomicReference<>();
        RecordFile.read(
                path,
                (_, kind, payload) -> {
                    if (kind == HEAD) {
                        found.set(Json.value(payload, JournalHead.class));
                    }
                    return false;
                });
        return Optional.ofNullable(found.get())
                .orElseThrow(() -> new EOFException("the journal has no head"));
    }

    public JournalHead head() {
        return head;
    }

    /**
     * Keeps an answer; one for the same key that was kept before is forgotten.
     *
     * @param key by which this run finds it
     * @param again by which a later run does, whatever model or cascade it has by then
     */
    void put(CallKey key, CallKey again, Answer answer) {
        try {
            byte[] json = Json.bytes(answer);
            ByteBuffer payload = ByteBuffer.allocate(KEY_BYTES + json.length);
            payload.putLong(again.high()).putLong(again.low()).put(json);
            long place = file.append(ANSWER, payload.array());
            lock.lock();
            try {
                answers.put(key, place);
            } finally {
                lock.unlock();
            }
        } catch (JsonProcessingException e) {
            throw new IllegalStateException("an answer is always JSON", e);
        } catch (IOException e) {
            throw failure(e);
        }
    }

    /** An answer of this run. */
    Optional<Answer> get(CallKey key) {
        return answer(answers, key);
    }

    /** An answer that an earlier run has paid for, which is this run's from now on. */
    Optional<Answer> earlier(CallKey key, CallKey again) {
        Optional<Answer> found = answer(earlierAnswers, again);
        if (found.isPresent()) {
            lock.lock();
            try {
                answers.put(key, earlierAnswers.get(again));
            } finally {
                lock.unlock();
            }
        }
        return found;
    }

    private Optional<Answer> answer(AnswerIndex index, CallKey key) {
        long place;
        lock.lock();
        try {
            if (closed) {
                throw new StatementStopped();
            }
            place = index.get(key);
        } finally {
            lock.unlock();
        }
        if (place == AnswerIndex.NONE) {
            return Optional.empty();
        }
        try {
            return Optional.of(answer(file.read(place)));
        } catch (IOException e) {
            throw failure(e);
        }
    }

    /**
     * Keeps a row that has its answer.
     *
     * @param own whether the row is the one that paid for it
     */
    void row(int call, long row, CallKey answer, String json, boolean own) {
        byte[] text = json.getBytes(StandardCharsets.UTF_8);
        ByteBuffer payload = ByteBuffer.allocate(ROW_BYTES + text.length);
        payload.putInt(call).putLong(row).putLong(answer.high()).putLong(answer.low()).put(text);
        try {
            long _ = file.append(own ? ROW : SERVED_ROW, payload.array());
        } catch (IOException e) {
            throw failure(e);
        }
        if (resumed) {
            compare(rowKey(call, json));
        }
    }

    private void compare(CallKey row) {
        lock.lock();
        try {
            long left = earlierRows.get(row);
            if (left > 0) {
                earlierRows.put(row, left - 1);
                unchangedRows++;
            } else {
                newRows++;
            }
        } finally {
            lock.unlock();
        }
    }

    /** Empty unless the statement was resumed. */
    public Optional<Comparison> comparison() {
        lock.lock();
        try {
            return resumed
                    ? Optional.of(
                            new Comparison(unchangedRows, newRows, earlierRowCount - unchangedRows))
                    : Optional.empty();
        } finally {
            lock.unlock();
        }
    }

    /** The statement ends: nobody waits any more for a disk that is full. */
    void giveUp() {
        file.giveUp();
    }

    @Override
    public void close() {
        lock.lock();
        try {
            if (closed) {
                return;
            }
            closed = true;
        } finally {
            lock.unlock();
        }
        try {
            file.close();
        } catch (IOException e) {
            throw failure(e);
        } finally {
            onClose.run();
        }
    }

    private static CallKey rowKey(int call, String json) {
        return CallKey.hashed(Integer.toString(call), json);
    }

    static int rowCall(byte[] payload) {
        return ByteBuffer.wrap(payload).getInt();
    }

    static long rowNumber(byte[] payload) {
        return ByteBuffer.wrap(payload).getLong(Integer.BYTES);
    }

    static CallKey rowAnswer(byte[] payload) {
        return key(payload, ROW_KEY);
    }

    static CallKey answerKey(byte[] payload) {
        return key(payload, 0);
    }

    private static CallKey key(byte[] payload, int at) {
        ByteBuffer bytes = ByteBuffer.wrap(payload);
        return new CallKey(bytes.getLong(at), bytes.getLong(at + Long.BYTES));
    }

    static String row(byte[] payload) {
        return new String(payload, ROW_BYTES, payload.length - ROW_BYTES, StandardCharsets.UTF_8);
    }

    static Answer answer(byte[] payload) throws IOException {
        return Json.value(Arrays.copyOfRange(payload, KEY_BYTES, payload.length), Answer.class);
    }

    private static SqlException failure(IOException cause) {
        return new SqlException(
                        SqlState.DISK_FULL, "cannot keep the statement's answers on disk", cause)
                .hint("make room below the server's data directory, then RVBBIT RESUME");
    }
}
