package io.rvbbit.tracking;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Clock;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.Test;

class UlidSourceTest {
    private static UlidSource at(long millis) {
        return new UlidSource(
                Clock.fixed(Instant.ofEpochMilli(millis), ZoneOffset.UTC), new Random(7));
    }

    @Test
    void the_first_ten_characters_are_the_time() {
        // The example of the ULID specification.
        assertThat(at(1_469_918_176_385L).next()).startsWith("01ARYZ6S41").hasSize(26);
    }

    @Test
    void each_is_greater_than_the_one_before_in_the_same_millisecond() {
        UlidSource source = at(1_469_918_176_385L);
        String last = source.next();
        for (int i = 0; i < 1_000; i++) {
            String next = source.next();
            assertThat(next).isGreaterThan(last).startsWith("01ARYZ6S41");
            last = next;
        }
    }

    @Test
    void threads_never_get_the_same() throws Exception {
        UlidSource source = at(1_469_918_176_385L);
        Callable<List<String>> some =
                () -> {
                    List<String> made = new ArrayList<>();
                    for (int i = 0; i < 1_000; i++) {
                        made.add(source.next());
                    }
                    return made;
                };
        Set<String> all = new HashSet<>();
        try (var threads = Executors.newFixedThreadPool(4)) {
            for (Future<List<String>> made : threads.invokeAll(List.of(some, some, some, some))) {
                all.addAll(made.get());
            }
        }
        assertThat(all).hasSize(4_000);
    }
}
