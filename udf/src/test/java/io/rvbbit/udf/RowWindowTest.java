package io.rvbbit.udf;

import static io.rvbbit.udf.FunctionSession.map;
import static org.assertj.core.api.Assertions.assertThat;

import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.Test;

/** Rows that wait for their turn: as many as fit, in their order, and none lost. */
final class RowWindowTest {
    private static final int LETTERS = 100;

    /** A row whose answer is that many letters and its number; row 0 waits for the latch. */
    private static void answersAtLength(FunctionSession session, CountDownLatch latch) {
        session.runner.runs((invocation, id) -> {
            String text = invocation.input().get("c1").asText();
            if (text.equals("0")) {
                latch.await();
            }
            return FakeRunner.value(id, "a".repeat(LETTERS) + text);
        });
    }

    private static String row(int number) {
        return "{\"c1\":\"" + number + "\"}";
    }

    private static List<String> values(RowWindow window) {
        List<String> values = new ArrayList<>();
        int rows = window.take();
        for (int i = 0; i < rows; i++) {
            values.add(Json.tree(window.envelope(window.firstTaken() + i)).get("value").asText());
        }
        return values;
    }

    private static void awaitAnswers(QueryScope scope, int rows) {
        while (scope.progress().done() < rows) {
            Thread.onSpinWait();
        }
    }

    @Test
    void answers_beyond_the_bound_wait_in_the_journal() throws SQLException {
        CountDownLatch latch = new CountDownLatch(1);
        long most = 10L * LETTERS;
        try (FunctionSession session = new FunctionSession();
                QueryScope scope = session.open(64, map(OnError.NULL))) {
            answersAtLength(session, latch);
            RowWindow window = new RowWindow(scope, 0, most);
            for (int i = 0; i < 50; i++) {
                window.add(i + 1, row(i));
            }
            awaitAnswers(scope, 49);
            assertThat(window.waitingBytes()).isPositive().isLessThanOrEqualTo(most);
            latch.countDown();
            List<String> values = new ArrayList<>();
            while (!window.isEmpty()) {
                values.addAll(values(window));
            }
            for (int i = 0; i < 50; i++) {
                assertThat(values.get(i)).isEqualTo("a".repeat(LETTERS) + i);
            }
            assertThat(window.waitingBytes()).isZero();
        }
        assertThat(latch.getCount()).isZero();
    }

    @Test
    void a_share_of_an_answer_stays_a_share_in_the_journal() throws SQLException {
        CountDownLatch latch = new CountDownLatch(1);
        try (FunctionSession session = new FunctionSession();
                QueryScope scope = session.open(4, map(OnError.NULL))) {
            answersAtLength(session, latch);
            RowWindow window = new RowWindow(scope, 0, 1);
            window.add(1, row(0));
            window.add(2, row(7));
            window.add(3, row(7));
            awaitAnswers(scope, 2);
            assertThat(window.waitingBytes()).isZero();
            latch.countDown();
            List<Boolean> cached = new ArrayList<>();
            while (!window.isEmpty()) {
                int rows = window.take();
                for (int i = 0; i < rows; i++) {
                    String envelope = window.envelope(window.firstTaken() + i);
                    cached.add(Json.tree(envelope).get("cached").asBoolean());
                }
            }
            assertThat(cached).containsExactly(false, false, true);
        }
    }

    @Test
    void no_row_is_begun_while_too_many_bytes_are_unanswered() throws SQLException {
        CountDownLatch latch = new CountDownLatch(1);
        try (FunctionSession session = new FunctionSession();
                QueryScope scope = session.open(4, map(OnError.NULL))) {
            answersAtLength(session, latch);
            RowWindow window = new RowWindow(scope, 0, 3L * Character.BYTES * row(0).length());
            assertThat(window.room()).isPositive();
            window.add(1, row(0));
            window.add(2, row(0));
            assertThat(window.room()).isPositive();
            window.add(3, row(0));
            assertThat(window.room()).isZero();
            latch.countDown();
            while (!window.isEmpty()) {
                window.take();
            }
            assertThat(window.room()).isPositive();
        }
    }

    @Test
    void one_row_is_begun_however_much_it_weighs() throws SQLException {
        try (FunctionSession session = new FunctionSession();
                QueryScope scope = session.open(4, map(OnError.NULL))) {
            RowWindow window = new RowWindow(scope, 0, 0);
            assertThat(window.room()).isEqualTo(1);
            window.add(1, row(1));
            assertThat(window.take()).isEqualTo(1);
            assertThat(window.room()).isEqualTo(1);
        }
    }

    @Test
    void a_reader_by_statements_is_given_much_at_a_time() throws SQLException {
        CountDownLatch latch = new CountDownLatch(1);
        try (FunctionSession session = new FunctionSession();
                QueryScope scope = session.open(4, map(OnError.NULL))) {
            answersAtLength(session, latch);
            RowWindow window = scope.window(0);
            int next = 0;
            while (window.room() > 0) {
                window.add(next + 1, row(next));
                next++;
            }
            assertThat(next).isEqualTo(1_024);
            assertThat(window.muchRoom()).isZero();
            latch.countDown();
            int ready = window.gather();
            while (ready == 0) {
                ready = window.gather();
            }
            assertThat(ready).isBetween(128, 1_024);
            assertThat(window.firstTaken()).isEqualTo(1);
            assertThat(window.muchRoom()).isBetween(128, 1_024);
            window.letGo();
            assertThat(window.firstTaken()).isEqualTo(ready + 1);
        }
    }
}
