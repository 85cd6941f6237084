package io.rvbbit.tracking;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.security.SecureRandom;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;

class WordIdSourceTest {
    private static final Instant NOW = Instant.parse("2026-11-22T10:00:00Z");

    @Test
    void ids_have_the_form_of_the_contract() {
        var ids = new WordIdSource(Clock.systemUTC(), new SecureRandom());

        for (String prefix : List.of("sql", "http", "cli", "ui")) {
            assertThat(ids.newCaller(prefix).value())
                    .matches(prefix + "-[a-z]+-[a-z]+-[0-9a-z]{6,12}");
        }
        for (String prefix : List.of("udf", "batch", "sql")) {
            assertThat(ids.newSession(prefix)).matches(prefix + "-[a-z]+-[a-z]+-[0-9a-z]{6,12}");
        }
    }

    @Test
    void an_unknown_prefix_is_refused() {
        var ids = new WordIdSource(Clock.systemUTC(), new SecureRandom());

        assertThatThrownBy(() -> ids.newCaller("udf")).hasMessageContaining("udf");
        assertThatThrownBy(() -> ids.newSession("row")).hasMessageContaining("row");
    }

    @Test
    void a_million_ids_are_unique_and_ordered_while_the_clock_stands_still() {
        var ids = new WordIdSource(Clock.fixed(NOW, ZoneOffset.UTC), new SplittableRandom(1));

        Set<String> seen = HashSet.newHashSet(1_000_000);
        String last = "";
        for (int i = 0; i < 1_000_000; i++) {
            String suffix = suffix(ids.newSession("udf"));
            assertThat(suffix.compareTo(last)).isPositive();
            seen.add(suffix);
            last = suffix;
        }
        assertThat(seen).hasSize(1_000_000);
    }

    @Test
    void the_suffix_grows_also_when_the_clock_goes_back() {
        var now = new AtomicReference<>(NOW);
        InstantSource source = now::get;
        var ids = new WordIdSource(source.withZone(ZoneOffset.UTC), new SplittableRandom(1));

        String before = suffix(ids.newSession("udf"));
        now.set(NOW.minus(Duration.ofDays(1)));
        String after = suffix(ids.newSession("udf"));

        assertThat(after).isGreaterThan(before);
    }

    @Test
    void threads_never_get_the_same_id() throws Exception {
        var ids = new WordIdSource(Clock.fixed(NOW, ZoneOffset.UTC), new SecureRandom());
        Set<String> seen = new HashSet<>();
        try (ExecutorService threads = Executors.newFixedThreadPool(8)) {
            List<Future<List<String>>> made = new ArrayList<>();
            for (int t = 0; t < 8; t++) {
                made.add(
                        threads.submit(() -> {
                            List<String> mine = new ArrayList<>();
                            for (int i = 0; i < 10_000; i++) {
                                mine.add(suffix(ids.newSession("udf")));
                            }
                            return mine;
                        }));
            }
            for (var future : made) {
                seen.addAll(future.get());
            }
        }
        assertThat(seen).hasSize(80_000);
    }

    @Test
    void a_clock_at_the_epoch_still_gives_a_whole_suffix() {
        var ids = new WordIdSource(Clock.fixed(Instant.EPOCH, ZoneOffset.UTC), new SecureRandom());

        assertThat(suffix(ids.newSession("udf"))).hasSizeBetween(6, 12);
    }

    @Test
    void there_are_many_words_of_small_letters() {
        assertThat(FriendlyWords.ADJECTIVES).hasSizeGreaterThan(63).doesNotHaveDuplicates();
        assertThat(FriendlyWords.CREATURES).hasSizeGreaterThan(63).doesNotHaveDuplicates();
        assertThat(FriendlyWords.ADJECTIVES).allMatch(word -> word.matches("[a-z]+"));
        assertThat(FriendlyWords.CREATURES).allMatch(word -> word.matches("[a-z]+"));
    }

    private static String suffix(String id) {
        return id.substring(id.lastIndexOf('-') + 1);
    }
}
