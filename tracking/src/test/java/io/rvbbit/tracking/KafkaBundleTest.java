package io.rvbbit.tracking;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.UUID;
import org.junit.jupiter.api.Test;

class KafkaBundleTest {
    private static final UUID ORIGIN = new UUID(4, 2);

    private final List<LoggedEvent> events = new ArrayList<>();

    KafkaBundleTest() {
        KafkaFixture.tellAll(
                event -> events.add(new LoggedEvent(events.size() + 1L, UUID.randomUUID(), event)));
    }

    private byte[] bytes() {
        var filling = new KafkaBundle.Filling(ORIGIN);
        events.forEach(event -> filling.add(KafkaBundle.bytes(event)));
        return filling.toBytes();
    }

    @Test
    void what_was_put_in_comes_out() {
        assertThat(KafkaBundle.of(bytes())).isEqualTo(new KafkaBundle(ORIGIN, events, 0, ""));
        assertThat(KafkaBundle.count(bytes())).isEqualTo(events.size());
    }

    @Test
    void wherever_it_is_cut_off_what_is_whole_comes_out_and_the_rest_is_counted() {
        byte[] bytes = bytes();
        for (int length = 0; length < bytes.length; length += 1 + length / 50) {
            KafkaBundle read = KafkaBundle.of(Arrays.copyOf(bytes, length));
            assertThat(read.events()).isEqualTo(events.subList(0, read.events().size()));
            assertThat(read.unreadable()).isPositive();
            assertThat(read.why()).isNotEmpty();
            if (read.origin().equals(ORIGIN) && length > events.size()) {
                assertThat(read.unreadable()).isEqualTo(events.size() - read.events().size());
            }
        }
    }

    @Test
    void what_is_no_bundle_counts_as_one_event() {
        assertThat(KafkaBundle.count(null)).isEqualTo(1);
        assertThat(KafkaBundle.of(null).unreadable()).isEqualTo(1);
        for (byte[] value :
                new byte[][] {{}, {'R'}, {'R', 1, 0}, "{}".getBytes(StandardCharsets.UTF_8)}) {
            assertThat(KafkaBundle.count(value)).isEqualTo(1);
            assertThat(KafkaBundle.of(value).events()).isEmpty();
            assertThat(KafkaBundle.of(value).unreadable()).isEqualTo(1);
        }
    }

    @Test
    void a_newer_version_is_left_to_a_newer_gateway() {
        byte[] bytes = bytes();
        bytes[1]++;
        assertThat(KafkaBundle.count(bytes)).isEqualTo(1);
        assertThatThrownBy(() -> KafkaBundle.of(bytes))
                .isInstanceOf(KafkaBundle.NewerVersion.class)
                .hasMessageContaining("version 3");
    }
}
