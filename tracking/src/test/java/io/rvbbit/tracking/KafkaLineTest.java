package io.rvbbit.tracking;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.rvbbit.tracking.Insistence.Abandoned;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class KafkaLineTest {
    /** An empty store that knows whether it is open. */
    private static final class Empty implements EventStore {
        private boolean open;

        @Override
        public void open() {
            open = true;
        }

        @Override
        public long position() {
            return 0;
        }

        @Override
        public void append(Batch batch) {
            throw new AssertionError("nothing is stored here");
        }

        @Override
        public Unfinished unfinished() {
            return new Unfinished(List.of(), List.of(), List.of(), List.of());
        }

        @Override
        public Optional<Row<SessionColumn>> endedSession(String sessionId) {
            return Optional.empty();
        }

        @Override
        public Optional<Row<StatementColumn>> endedStatement(CallerId caller) {
            return Optional.empty();
        }

        @Override
        public void close() {
            open = false;
        }
    }

    /** The partition goes to another gateway after so many answers. */
    private static final class Leaving implements KafkaLine.Asked {
        private int left;

        Leaving(int answers) {
            this.left = answers;
        }

        @Override
        public <T> T until(Insistence.Request<T> request) {
            if (left-- == 0) {
                throw new Abandoned("it went to another gateway");
            }
            try {
                return request.ask();
            } catch (Exception e) {
                throw new AssertionError(e);
            }
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2})
    void a_line_that_is_given_up_while_it_opens_gives_its_store_back(int answers) {
        var store = new Empty();
        assertThatThrownBy(() -> KafkaLine.open(store, TraceOptions.NONE, new Leaving(answers)))
                .isInstanceOf(Abandoned.class);
        assertThat(store.open).isFalse();
    }

    @ParameterizedTest
    @ValueSource(ints = {3, 4})
    void a_line_that_is_open_keeps_its_store_until_it_is_closed(int answers) {
        var store = new Empty();
        try (KafkaLine _ = KafkaLine.open(store, TraceOptions.NONE, new Leaving(answers))) {
            assertThat(store.open).isTrue();
        }
        assertThat(store.open).isFalse();
    }
}
