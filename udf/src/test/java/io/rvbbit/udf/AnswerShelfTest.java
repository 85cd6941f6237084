package io.rvbbit.udf;

import static org.assertj.core.api.Assertions.assertThat;

import io.rvbbit.rewriter.SqlState;
import io.rvbbit.udf.cascade.RowError;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;

final class AnswerShelfTest {
    private static Answer answer(int i) {
        return new Answer(
                "udf-calm-otter-" + i,
                i % 2 == 0 ? "Lévi's " + i : null,
                "{\"a\":" + i + "}",
                "{}",
                i % 3 == 0 ? new RowError("timeout", SqlState.QUERY_CANCELED, "late", i) : null,
                i,
                i,
                2,
                "0.000001500000",
                7,
                false);
    }

    @Test
    void answers_beyond_the_bound_go_to_a_file_and_come_back_whole() {
        Path file;
        try (AnswerShelf shelf = new AnswerShelf(3000)) {
            for (int i = 0; i < 500; i++) {
                shelf.put(new CallKey(i, -i), answer(i));
            }
            for (int i = 0; i < 500; i++) {
                assertThat(shelf.get(new CallKey(i, -i))).hasValue(answer(i));
            }
            assertThat(shelf.get(new CallKey(1, 1))).isEmpty();
            assertThat(shelf.filedCount()).isBetween(480L, 499L);
            file = shelf.path().orElseThrow();
            assertThat(file).exists();
        }
        assertThat(Files.exists(file)).isFalse();
    }

    @Test
    void small_statements_make_no_file() {
        try (AnswerShelf shelf = new AnswerShelf(AnswerShelf.HEAP_BYTES)) {
            shelf.put(new CallKey(1, 2), answer(1));

            assertThat(shelf.path()).isEmpty();
        }
    }

    @Test
    void a_closed_shelf_keeps_nothing() {
        AnswerShelf shelf = new AnswerShelf(0);
        shelf.close();
        shelf.put(new CallKey(1, 2), answer(1));

        assertThat(shelf.get(new CallKey(1, 2))).isEmpty();
        assertThat(shelf.path()).isEmpty();
    }
}
