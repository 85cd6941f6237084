package io.rvbbit.udf;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.databind.node.TextNode;
import io.rvbbit.rewriter.SqlException;
import io.rvbbit.rewriter.SqlState;
import io.rvbbit.tracking.RecordFile;
import io.rvbbit.udf.JournalHead.InputColumn;
import java.io.IOException;
import java.math.BigDecimal;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.BitSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.locks.ReentrantLock;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * The rows of a statement that has ended, with what they were answered, for another run; and how
 * its answers compare.
 *
 * <p>Rows are numbered anew from 1, in their order, those without an answer left out. The heap
 * holds 16 bytes for each. Threading: any thread.
 */
public final class Replay implements AutoCloseable {
    /** What a JSON text with all its numbers as strings is read differently by. */
    private static final Pattern TAKES_JSON = Pattern.compile("\\b(JSON|UNION|VARIANT)\\b");

    private static final int FIRST_ROWS = 1_024;

    private final RecordFile file;
    private final Places places;
    private final int count;
    private final Set<String> asJson;
    private final ReentrantLock lock = new ReentrantLock();
    private final BitSet compared = new BitSet();
    private Comparison comparison = new Comparison(0, 0, 0, BigDecimal.ZERO, 0);

    /**
     * New answers beside the old ones.
     *
     * @param same rows whose columns are as they were
     * @param changed rows of which a column is not
     * @param failed rows without a new answer, which count as neither
     * @param oldCostUsd of all those rows, as far as it is known
     * @param unknownCosts rows whose old cost is not
     */
    public record Comparison(
            long same, long changed, long failed, BigDecimal oldCostUsd, long unknownCosts) {
        public long rows() {
            return same + changed + failed;
        }
    }

    private Replay(RecordFile file, Places places, int count, Set<String> asJson) {
        this.file = file;
        this.places = places;
        this.count = count;
        this.asJson = asJson;
    }

    /**
     * @throws IOException also if it is no journal
     */
    static Replay open(Path path, JournalHead head, boolean lastRunOnly, long most)
            throws IOException {
        List<InputColumn> inputs = head.inputs() == null ? List.of() : head.inputs();
        Set<String> asJson =
                inputs.stream()
                        .filter(column -> TAKES_JSON.matcher(column.type()).find())
                        .map(InputColumn::name)
                        .collect(Collectors.toUnmodifiableSet());
        Places places = new Places(lastRunOnly);
        RecordFile file = RecordFile.openToRead(path, places);
        return new Replay(file, places, (int) Math.min(places.close(), most), asJson);
    }

    /** How many rows there are to be replayed. */
    public int count() {
        return count;
    }

    /** How many there would be without a bound. */
    public int answered() {
        return places.count;
    }

    /** A row as the text of a JSON object, as it was given to the cascade. */
    String row(long number) {
        return Journal.row(read(places.rows[index(number)]));
    }

    /**
     * A row as the text of a JSON object from which the engine reads exact values: it takes numbers
     * apart as binary fractions, but not strings.
     */
    String columns(long number) {
        ObjectNode row = Input.readObject(row(number));
        ObjectNode exact = JsonNodeFactory.instance.objectNode();
        row.forEachEntry((name, value) ->
                exact.set(name, asJson.contains(name) ? value : withoutNumbers(value)));
        return Json.text(exact);
    }

    private static JsonNode withoutNumbers(JsonNode value) {
        return switch (value) {
            case ObjectNode object -> {
                ObjectNode copy = JsonNodeFactory.instance.objectNode();
                object.forEachEntry((name, member) -> copy.set(name, withoutNumbers(member)));
                yield copy;
            }
            case ArrayNode array -> {
                ArrayNode copy = JsonNodeFactory.instance.arrayNode(array.size());
                array.forEach(element -> copy.add(withoutNumbers(element)));
                yield copy;
            }
            case JsonNode number when number.isNumber() -> TextNode.valueOf(number.asText());
            default -> value;
        };
    }

    /** What the row was answered; one that did not pay for it has an answer that cost nothing. */
    Answer answer(long number) {
        long place = places.answers[index(number)];
        try {
            Answer answer = Journal.answer(read(place < 0 ? ~place : place));
            return place < 0 ? answer.shared() : answer;
        } catch (IOException e) {
            throw unreadable(e);
        }
    }

    /** A row has its new answer; told again, it counts no more. */
    void compared(long number, boolean changed, boolean failed, @Nullable String oldCost) {
        int bit = index(number);
        lock.lock();
        try {
            if (compared.get(bit)) {
                return;
            }
            compared.set(bit);
            Comparison sum = comparison;
            comparison =
                    new Comparison(
                            sum.same() + (failed || changed ? 0 : 1),
                            sum.changed() + (changed && !failed ? 1 : 0),
                            sum.failed() + (failed ? 1 : 0),
                            oldCost == null
                                    ? sum.oldCostUsd()
                                    : sum.oldCostUsd().add(new BigDecimal(oldCost)),
                            sum.unknownCosts() + (oldCost == null ? 1 : 0));
        } finally {
            lock.unlock();
        }
    }

    public Comparison comparison() {
        lock.lock();
        try {
            return comparison;
        } finally {
            lock.unlock();
        }
    }

    @Override
    public void close() {
        try {
            file.close();
        } catch (IOException e) {
            throw unreadable(e);
        }
    }

    private int index(long number) {
        if (number < 1 || number > count) {
            throw new SqlException(
                    SqlState.INTERNAL_ERROR, "there is no row " + number + " to be replayed");
        }
        return (int) number - 1;
    }

    private byte[] read(long place) {
        try {
            return file.read(place);
        } catch (IOException e) {
            throw unreadable(e);
        }
    }

    private static SqlException unreadable(IOException cause) {
        return new SqlException(SqlState.IO_ERROR, "the rows to be replayed cannot be read", cause);
    }

    /** Where rows and their answers stand: by old row number while reading, dense after that. */
    private static final class Places implements RecordFile.Visitor {
        private final boolean lastRunOnly;
        private final AnswerIndex known = new AnswerIndex();
        private long runBegan;
        private int count;
        private long[] rows = new long[FIRST_ROWS];

        /** The complement where the row did not pay. */
        private long[] answers = new long[FIRST_ROWS];

        Places(boolean lastRunOnly) {
            this.lastRunOnly = lastRunOnly;
        }

        @Override
        public boolean record(long offset, byte kind, byte[] payload) throws IOException {
            switch (kind) {
                case Journal.ANSWER -> known.put(Journal.answerKey(payload), offset);
                case Journal.ROW -> row(offset, payload, true);
                case Journal.SERVED_ROW -> row(offset, payload, false);
                case Journal.RUN -> {
                    runBegan = offset;
                    if (lastRunOnly) {
                        Arrays.fill(rows, 0);
                    }
                }
                default -> {}
            }
            return true;
        }

        private void row(long offset, byte[] payload, boolean own) throws IOException {
            int index = Math.toIntExact(Journal.rowNumber(payload) - 1);
            long answer = known.get(Journal.rowAnswer(payload));
            if (index < 0 || answer == AnswerIndex.NONE) {
                throw new IOException("a row of the journal has no answer");
            }
            if (index >= rows.length) {
                int length = Math.max(index + 1, Math.multiplyExact(rows.length, 2));
                rows = Arrays.copyOf(rows, length);
                answers = Arrays.copyOf(answers, length);
            }
            // The engine may evaluate a row twice: the first time it paid.
            if (rows[index] <= runBegan) {
                rows[index] = offset;
                answers[index] = own ? answer : ~answer;
            }
        }

        int close() {
            for (int from = 0; from < rows.length; from++) {
                if (rows[from] != 0) {
                    rows[count] = rows[from];
                    answers[count] = answers[from];
                    count++;
                }
            }
            return count;
        }
    }
}
