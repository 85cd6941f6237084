package io.rvbbit.tracking;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.random.RandomGenerator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class RecordFileTest {
    @TempDir private Path directory;

    private static byte[] bytes(String text) {
        return text.getBytes(UTF_8);
    }

    private static List<String> all(Path path) throws IOException {
        List<String> records = new ArrayList<>();
        RecordFile.read(
                path, (_, kind, payload) -> records.add((char) kind + new String(payload, UTF_8)));
        return records;
    }

    @Test
    void records_come_back_in_order_and_by_their_offset() throws IOException {
        Path path = directory.resolve("a");
        try (RecordFile file = RecordFile.create(path)) {
            file.append((byte) 'A', bytes("one"));
            long second = file.append((byte) 'B', bytes(""));
            long third = file.append((byte) 'A', bytes("drei äöü"));
            assertThat(file.read(third)).isEqualTo(bytes("drei äöü"));
            assertThat(file.read(second)).isEmpty();
            assertThat(file.size()).isEqualTo(Files.size(path));
        }
        assertThat(all(path)).containsExactly("Aone", "B", "Adrei äöü");
        try (RecordFile file = RecordFile.open(path, (_, _, _) -> true)) {
            file.append((byte) 'C', bytes("four"));
        }
        assertThat(all(path)).containsExactly("Aone", "B", "Adrei äöü", "Cfour");
    }

    @Test
    void wherever_it_is_torn_the_whole_records_before_are_kept() throws IOException {
        Path whole = directory.resolve("whole");
        List<Long> ends = new ArrayList<>();
        try (RecordFile file = RecordFile.create(whole)) {
            for (int i = 0; i < 5; i++) {
                file.append((byte) 'R', bytes("record " + i));
                ends.add(file.size());
            }
        }
        byte[] bytes = Files.readAllBytes(whole);
        for (int length = 8; length <= bytes.length; length++) {
            Path torn = directory.resolve("torn" + length);
            Files.write(torn, Arrays.copyOf(bytes, length));
            int kept = length;
            long expected = ends.stream().filter(end -> end <= kept).count();
            assertThat(all(torn)).as("cut at %d", length).hasSize((int) expected);
            try (RecordFile file = RecordFile.open(torn, (_, _, _) -> true)) {
                file.append((byte) 'N', bytes("new"));
            }
            assertThat(all(torn)).hasSize((int) expected + 1).last().isEqualTo("Nnew");
        }
    }

    @Test
    void a_flipped_bit_ends_what_is_read() throws IOException {
        Path whole = directory.resolve("whole");
        try (RecordFile file = RecordFile.create(whole)) {
            file.append((byte) 'R', bytes("first"));
            file.append((byte) 'R', bytes("second"));
        }
        byte[] bytes = Files.readAllBytes(whole);
        RandomGenerator random = RandomGenerator.of("L64X128MixRandom");
        for (int i = 0; i < 200; i++) {
            byte[] flipped = bytes.clone();
            int at = random.nextInt(8, flipped.length);
            flipped[at] ^= (byte) (1 << random.nextInt(8));
            Path path = directory.resolve("flipped" + i);
            Files.write(path, flipped);
            assertThat(all(path)).as("byte %d", at).isIn(List.of(), List.of("Rfirst"));
        }
    }

    @Test
    void another_file_is_refused() throws IOException {
        Path path = directory.resolve("other");
        Files.writeString(path, "something else entirely");
        assertThatThrownBy(() -> RecordFile.open(path, (_, _, _) -> true))
                .isInstanceOf(IOException.class);
        assertThat(Files.readString(path)).isEqualTo("something else entirely");
    }

    @Test
    void an_interrupted_thread_writes_and_closes_nothing() throws IOException {
        try (RecordFile file = RecordFile.create(directory.resolve("a"))) {
            Thread.currentThread().interrupt();
            long at = file.append((byte) 'R', bytes("kept"));
            assertThat(file.read(at)).isEqualTo(bytes("kept"));
            assertThat(Thread.interrupted()).isTrue();
            assertThat(file.read(at)).isEqualTo(bytes("kept"));
        }
    }
}
