package io.rvbbit.tracking;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** How long is waited for partitions, of which each goes its own way. */
@Timeout(60)
class KafkaProgressTest {
    private static final Duration AGES = Duration.ofDays(1);

    private final Map<Integer, Long> committed = new HashMap<>();
    private final KafkaProgress progress =
            new KafkaProgress(
                    new KafkaProgress.Brokers() {
                        @Override
                        public Map<Integer, Long> committed() {
                            committed.computeIfPresent(0, (_, offset) -> offset + 1);
                            return Map.copyOf(committed);
                        }

                        @Override
                        public Map<Integer, Long> ends() {
                            return Map.of();
                        }

                        @Override
                        public void close() {}
                    },
                    new KafkaTopics("x.events", "x.rejected", "x.call_started", "x.call_ended"),
                    AGES);

    @Test
    void a_partition_that_stands_still_is_not_hidden_by_one_that_moves() throws Exception {
        committed.put(0, 0L);
        committed.put(1, 3L);
        progress.sent(0, 5);
        progress.sent(1, 7);

        assertThat(progress.awaitStored(Duration.ofMillis(300), AGES)).isFalse();
        assertThat(progress.left()).isEqualTo("x.events-1 from offset 3 to 7");

        committed.put(1, 8L);
        assertThat(progress.awaitStored(AGES, AGES)).isTrue();
        assertThat(progress.left()).isEmpty();
    }

    @Test
    void what_moves_without_ever_arriving_is_given_up_at_last() throws Exception {
        committed.put(0, 0L);
        progress.sent(0, Long.MAX_VALUE / 2);

        assertThat(progress.awaitStored(AGES, Duration.ofMillis(300))).isFalse();
    }
}
