package io.rvbbit.udf.cache;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.SplittableRandom;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class AnswerStoreTest {
    private static final long BOUND = 10L << 20;

    @TempDir Path directory;

    static StoredAnswer answer(@Nullable String value, long createdAt) {
        return new StoredAnswer(
                value,
                value == null ? null : "{\"brand\":\"" + value + "\"}",
                "{\"extract\":{}}",
                "udf-calm-otter-1",
                "openai/tiny",
                2,
                30,
                4,
                "0.000003703701",
                17,
                createdAt);
    }

    private static AnswerKey key(long number) {
        SplittableRandom random = new SplittableRandom(number);
        return new AnswerKey(7, random.nextLong(), random.nextLong());
    }

    @Test
    void what_was_put_is_found_whole_also_by_the_next_process() {
        StoredAnswer plain = answer("Lévi's \uD83D\uDC07", 1);
        StoredAnswer nothing = answer(null, 2);
        try (AnswerStore store = AnswerStore.open(directory, BOUND)) {
            store.put(key(1), answer("old", 0));
            store.put(key(1), plain);
            store.put(key(2), nothing);

            assertThat(store.find(key(1))).hasValue(plain);
            assertThat(store.find(key(2))).hasValue(nothing);
            assertThat(store.find(key(3))).isEmpty();
        }
        try (AnswerStore store = AnswerStore.open(directory, BOUND)) {
            assertThat(store.find(key(1))).hasValue(plain);
            assertThat(store.find(key(2))).hasValue(nothing);
        }
    }

    @Test
    void all_answers_are_removed_or_those_of_one_cascade() {
        AnswerKey brand = new AnswerKey(AnswerKey.cascadePart("brand"), 1, 1);
        AnswerKey other = new AnswerKey(AnswerKey.cascadePart("other"), Long.MIN_VALUE, -1);
        try (AnswerStore store = AnswerStore.open(directory, BOUND)) {
            store.put(brand, answer("a", 1));
            store.put(new AnswerKey(brand.cascade(), -5, 0), answer("b", 1));
            store.put(other, answer("c", 1));

            assertThat(store.clear("nothing of this name")).isZero();
            assertThat(store.clear("brand")).isEqualTo(2);
            assertThat(store.find(brand)).isEmpty();
            assertThat(store.find(other)).isPresent();
            assertThat(store.clear()).isEqualTo(1);
            assertThat(store.find(other)).isEmpty();

            store.put(brand, answer("again", 1));
            assertThat(store.find(brand)).isPresent();
        }
    }

    @Test
    void the_files_stay_within_the_bound_and_the_oldest_answers_go() throws IOException {
        int answers = 60_000;
        Random random = new Random(5);
        byte[] noise = new byte[400];
        try (AnswerStore store = AnswerStore.open(directory, BOUND)) {
            for (int i = 0; i < answers; i++) {
                random.nextBytes(noise);
                store.put(key(i), answer(new String(noise, StandardCharsets.ISO_8859_1), i));
                if (i % 1_000 == 0) {
                    assertThat(sizeOnDisk()).isLessThanOrEqualTo(BOUND);
                }
            }
            assertThat(store.find(key(0))).isEmpty();
            for (int i = answers - 500; i < answers; i++) {
                assertThat(store.find(key(i))).isPresent();
            }
        }
        assertThat(sizeOnDisk()).isLessThanOrEqualTo(BOUND);
    }

    private long sizeOnDisk() throws IOException {
        try (Stream<Path> files = Files.list(directory)) {
            return files.mapToLong(AnswerStoreTest::size).sum();
        }
    }

    private static long size(Path file) {
        try {
            return Files.size(file);
        } catch (NoSuchFileException deleted) {
            return 0;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Test
    void a_file_that_is_none_is_put_aside_and_a_new_one_begun() throws IOException {
        Path file = directory.resolve("answers-1.log");
        Files.writeString(file, "this is no store".repeat(1_000));

        try (AnswerStore store = AnswerStore.open(directory, BOUND)) {
            store.put(key(1), answer("new", 1));

            assertThat(store.find(key(1))).isPresent();
        }
        assertThat(directory.resolve("answers-1.log.broken")).content().startsWith("this is no");
    }

    @Test
    void what_was_put_aside_makes_room_for_answers() throws IOException {
        Path aside = directory.resolve("answers-1.log.broken");
        Files.writeString(aside, "x".repeat((int) BOUND / 2));
        int most = 0;

        try (AnswerStore store = AnswerStore.open(directory, BOUND)) {
            for (int i = 0; Files.exists(aside); i++) {
                store.put(key(i), answer("value ".repeat(100) + i, i));
                most = i;
                assertThat(store.bytes() + size(aside)).isLessThanOrEqualTo(BOUND);
            }

            assertThat(store.find(key(0))).isPresent();
            assertThat(store.find(key(most))).isPresent();
        }
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void damage_within_a_file_loses_answers_and_never_gives_wrong_ones(boolean virtual)
            throws Exception {
        try (AnswerStore store = AnswerStore.open(directory, BOUND)) {
            for (int i = 0; i < 5_000; i++) {
                store.put(key(i), answer("value " + i, i));
            }
        }
        Path file = directory.resolve("answers-1.log");
        byte[] bytes = Files.readAllBytes(file);
        new Random(3).ints(200, 64 << 10, bytes.length).forEach(at -> bytes[at] ^= 0x55);
        Files.write(file, bytes);

        try (AnswerStore store = AnswerStore.open(directory, BOUND)) {
            AtomicInteger wrong = new AtomicInteger();
            AtomicInteger found = new AtomicInteger();
            Runnable reader =
                    () -> {
                        for (int i = 0; i < 5_000; i++) {
                            StoredAnswer right = answer("value " + i, i);
                            StoredAnswer stored = store.find(key(i)).orElse(null);
                            found.addAndGet(stored == null ? 0 : 1);
                            wrong.addAndGet(stored == null || stored.equals(right) ? 0 : 1);
                        }
                    };
            Thread thread =
                    virtual
                            ? Thread.ofVirtual().start(reader)
                            : Thread.ofPlatform().name("reader").start(reader);
            assertThat(thread.join(Duration.ofMinutes(1))).isTrue();
            assertThat(wrong).hasValue(0);
            assertThat(found.get()).isBetween(1, 4_999);
        }
    }

    @Test
    void damage_while_the_store_is_open_loses_only_that_answer() throws IOException {
        try (AnswerStore store = AnswerStore.open(directory, BOUND)) {
            for (int i = 0; i < 100; i++) {
                store.put(key(i), answer("value " + i, i));
            }
            Path file = directory.resolve("answers-1.log");
            byte[] bytes = Files.readAllBytes(file);
            bytes[bytes.length / 2] ^= 0x55;
            Files.write(file, bytes);

            long found =
                    IntStream.range(0, 100).filter(i -> store.find(key(i)).isPresent()).count();
            assertThat(found).isEqualTo(99);
            store.put(key(50), answer("again", 1));
            assertThat(store.find(key(50))).hasValue(answer("again", 1));
        }
    }

    @Test
    void what_was_removed_stays_removed_after_a_restart() {
        AnswerKey brand = new AnswerKey(AnswerKey.cascadePart("brand"), 1, 1);
        AnswerKey again = new AnswerKey(brand.cascade(), 2, 2);
        AnswerKey other = new AnswerKey(AnswerKey.cascadePart("other"), 3, 3);
        try (AnswerStore store = AnswerStore.open(directory, BOUND)) {
            store.put(brand, answer("a", 1));
            store.put(other, answer("b", 1));
            assertThat(store.clear("brand")).isEqualTo(1);
            store.put(again, answer("c", 1));
        }
        try (AnswerStore store = AnswerStore.open(directory, BOUND)) {
            assertThat(store.find(brand)).isEmpty();
            assertThat(store.find(again)).isPresent();
            assertThat(store.find(other)).isPresent();
            assertThat(store.clear("brand")).isEqualTo(1);
            assertThat(store.clear()).isEqualTo(1);
        }
    }

    @Test
    void keys_whose_hashes_agree_in_part_are_told_apart() {
        try (AnswerStore store = AnswerStore.open(directory, BOUND)) {
            for (int i = 0; i < 300; i++) {
                store.put(new AnswerKey(1, -1L << 36 | i, i), answer("value " + i, i));
            }
            for (int i = 0; i < 300; i++) {
                AnswerKey key = new AnswerKey(1, -1L << 36 | i, i);
                assertThat(store.find(key)).hasValue(answer("value " + i, i));
            }
            assertThat(store.find(new AnswerKey(1, -1, -1))).isEmpty();
            assertThat(store.find(new AnswerKey(2, -1L << 36, 0))).isEmpty();
        }
    }

    @Test
    void an_answer_larger_than_its_share_is_not_stored() {
        try (AnswerStore store = AnswerStore.open(directory, BOUND)) {
            store.put(key(1), answer("small", 1));
            store.put(key(2), answer("x".repeat((int) BOUND), 1));

            assertThat(store.find(key(1))).isPresent();
            assertThat(store.find(key(2))).isEmpty();
        }
    }

    @Test
    void an_interrupt_leaves_the_store_as_it_was() throws InterruptedException {
        try (AnswerStore store = AnswerStore.open(directory, BOUND)) {
            AtomicReference<Object> found = new AtomicReference<>();
            Thread cancelled =
                    Thread.ofVirtual()
                            .start(() -> {
                                Thread.currentThread().interrupt();
                                store.put(key(1), answer("kept", 1));
                                found.set(store.find(key(1)));
                            });
            cancelled.join();

            assertThat(found.get()).isEqualTo(store.find(key(1)));
            assertThat(store.find(key(1))).isPresent();
        }
    }

    @Test
    void a_closed_store_finds_nothing_and_takes_nothing() {
        AnswerStore store = AnswerStore.open(directory, BOUND);
        store.close();

        store.put(key(1), answer("late", 1));
        assertThat(store.find(key(1))).isEmpty();
        assertThat(store.clear()).isZero();
    }

    @Test
    void a_killed_process_leaves_a_store_that_opens_with_whole_answers() throws Exception {
        for (int round = 0; round < 3; round++) {
            kill(round * 1_000_000);
            int found = 0;
            try (AnswerStore store = AnswerStore.open(directory, 10 * BOUND)) {
                for (int i = 0; i < 30_000; i++) {
                    int number = round * 1_000_000 + i;
                    StoredAnswer right = answer("value " + number, number);
                    StoredAnswer stored = store.find(key(number)).orElse(null);
                    assertThat(stored).isIn(null, right);
                    found += stored == null ? 0 : 1;
                }
            }
            assertThat(found).isPositive();
            try (Stream<Path> files = Files.list(directory)) {
                assertThat(files.toList()).noneMatch(file -> file.toString().endsWith(".broken"));
            }
        }
    }

    private void kill(int from) throws IOException {
        List<String> command = new ArrayList<>();
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        command.addAll(List.of("-cp", System.getProperty("java.class.path")));
        command.addAll(List.of(Writer.class.getName(), directory.toString(), "" + from));
        Process writer =
                new ProcessBuilder(command).redirectError(ProcessBuilder.Redirect.DISCARD).start();
        try (BufferedReader told =
                new BufferedReader(
                        new InputStreamReader(writer.getInputStream(), StandardCharsets.UTF_8))) {
            assertThat(told.readLine()).isEqualTo("written");
        } finally {
            writer.destroyForcibly().onExit().join();
        }
    }

    /** Puts answers until it is killed. */
    static final class Writer {
        private Writer() {}

        public static void main(String[] arguments) {
            int from = Integer.parseInt(arguments[1]);
            AnswerStore store = AnswerStore.open(Path.of(arguments[0]), 10 * BOUND);
            long before = store.bytes();
            boolean told = false;
            for (int i = from; ; i++) {
                store.put(key(i), answer("value " + i, i));
                if (!told && store.bytes() > before + (3 << 20)) {
                    told = true;
                    System.out.println("written");
                }
            }
        }
    }
}
