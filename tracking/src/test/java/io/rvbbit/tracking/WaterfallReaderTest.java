package io.rvbbit.tracking;

import static org.assertj.core.api.Assertions.assertThat;

import io.rvbbit.tracking.BookReader.BookTable;
import io.rvbbit.tracking.BookReader.Condition;
import io.rvbbit.tracking.BookReader.Scan;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Iterator;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class WaterfallReaderTest {
    private static final Instant START = Instant.parse("2026-01-01T00:00:00Z");
    private static final List<Condition> OF_CALLER =
            List.of(new Condition("caller_id", "=", List.of("c")));

    private static final InstantSource NOW = InstantSource.fixed(START.plusMillis(900));

    private final Spans store = new Spans();
    private final RunningSpans running = new RunningSpans();

    private List<String> waterfall(int most, List<Condition> conditions) {
        return waterfall(new WaterfallReader(store, running, NOW, most), conditions);
    }

    private static List<String> waterfall(WaterfallReader reader, List<Condition> conditions) {
        List<String> rows = new ArrayList<>();
        try (Scan scan =
                reader.scan(
                        "trace_waterfall",
                        List.of("span_id", "position", "duration_ms", "self_ms", "gap_before_ms"),
                        null,
                        conditions)) {
            for (@Nullable Object @Nullable [] row = scan.next(); row != null; row = scan.next()) {
                rows.add(Arrays.toString(row));
            }
        }
        return rows;
    }

    @Test
    void what_still_runs_lasts_until_now() {
        store.span("root", "", 0, 0, -1).span("step", "root", 1, 100, -1);

        assertThat(waterfall(10, OF_CALLER))
                .containsExactly("[root, 1, 900, 100, 0]", "[step, 2, 800, 800, 100]");
    }

    @Test
    void a_span_whose_parent_is_missing_waited_since_its_sibling() {
        store.span("one", "gone", 1, 0, 100).span("two", "gone", 1, 150, 200);

        assertThat(waterfall(10, OF_CALLER))
                .containsExactly("[one, 1, 100, 100, 0]", "[two, 2, 50, 50, 50]");
    }

    @Test
    void the_store_makes_the_waterfall_of_everybody_and_of_very_many_spans() {
        store.span("root", "", 0, 0, 10).span("step", "root", 1, 2, 4);

        assertThat(waterfall(10, List.of())).isEmpty();
        assertThat(waterfall(10, List.of(new Condition("status", "=", List.of("failed")))))
                .isEmpty();
        assertThat(waterfall(1, OF_CALLER)).isEmpty();
        assertThat(store.read)
                .containsExactly(
                        "trace_waterfall", "trace_waterfall", "trace_spans", "trace_waterfall");
        assertThat(waterfall(2, OF_CALLER)).hasSize(2);
    }

    @Test
    void what_runs_has_a_waterfall_of_its_own_beside_very_many_spans() {
        store.span("one", "root", 1, 0, 10).span("two", "root", 1, 20, 30);
        RunningSpans.Part part = running.open();
        part.began(running("root", "", 0, 0));
        part.began(running("step", "root", 1, 100));
        var reader =
                new WaterfallReader(new RunningSpanReader(store, running, NOW), running, NOW, 2);

        assertThat(waterfall(reader, OF_CALLER))
                .containsExactly("[root, 1, 900, 100, 0]", "[step, 2, 800, 800, 100]");
        assertThat(waterfall(reader, List.of())).hasSize(2);
    }

    private static RunningSpan running(String id, String parent, int depth, long start) {
        return new RunningSpan(
                id,
                "t",
                parent,
                "c",
                "ada",
                "",
                "cascade",
                id,
                START.plusMillis(start),
                "",
                "",
                "",
                "{}",
                depth);
    }

    /** A store that has spans only, of one caller. */
    private static final class Spans implements StoreReader {
        final List<String> read = new ArrayList<>();
        private final List<@Nullable Object[]> rows = new ArrayList<>();

        /** {@code end}: -1 if it runs. */
        Spans span(String id, String parent, int depth, long start, long end) {
            rows.add(
                    new @Nullable Object[] {
                        "c",
                        "t",
                        id,
                        parent,
                        depth,
                        START.plusMillis(start),
                        end < 0 ? null : START.plusMillis(end)
                    });
            return this;
        }

        @Override
        public List<BookTable> tables() {
            return BookTables.ALL;
        }

        @Override
        public Scan scan(
                String table,
                List<String> columns,
                @Nullable String userName,
                List<Condition> conditions) {
            read.add(table);
            Iterator<@Nullable Object[]> left =
                    rows.stream()
                            .filter(_ -> table.equals("trace_spans"))
                            // All of them have ended, as far as that is asked.
                            .filter(_ ->
                                    conditions.stream()
                                            .noneMatch(one -> one.column().equals("status")))
                            .iterator();
            return new Scan() {
                @Override
                public @Nullable Object @Nullable [] next() {
                    return left.hasNext() ? left.next() : null;
                }

                @Override
                public void close() {
                    // Nothing is held open.
                }
            };
        }

        @Override
        public List<CallStatistics> statistics(String cascadeId) {
            return List.of();
        }

        @Override
        public void spending(Instant since, SpendingReader reader) {
            throw new UnsupportedOperationException();
        }
    }
}
