package io.rvbbit.tracking;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import org.jspecify.annotations.Nullable;

/**
 * What of one event log Kafka has, in two small files in the log's directory.
 *
 * <p>The position may be behind what the brokers have, never before it: what is sent again, those
 * who read know. Into how many partitions events go is chosen once for the life of a log, because
 * an event that is sent again must go where it went. Threading: one thread at a time.
 */
final class KafkaCheckpoint implements AutoCloseable {
    private static final String POSITION = "kafka-position";
    private static final String PARTITIONS = "kafka-partitions";

    private final Path log;
    private @Nullable FileChannel position;

    /** {@code log}: the directory of the log. */
    KafkaCheckpoint(Path log) {
        this.log = log;
    }

    /** Up to which position the brokers have everything, as far as is known; 0 if nothing is. */
    static long position(Path log) throws IOException {
        Path file = log.resolve(POSITION);
        if (!Files.exists(file)) {
            return 0;
        }
        byte[] bytes = Files.readAllBytes(file);
        if (bytes.length != 2 * Long.BYTES) {
            return 0;
        }
        ByteBuffer values = ByteBuffer.wrap(bytes);
        long value = values.getLong();
        return values.getLong() == ~value ? value : 0;
    }

    /** The brokers have acknowledged everything up to there. */
    void advance(long through) throws IOException {
        if (position == null) {
            position =
                    FileChannel.open(
                            log.resolve(POSITION),
                            StandardOpenOption.CREATE,
                            StandardOpenOption.WRITE);
        }
        ByteBuffer values = ByteBuffer.allocate(2 * Long.BYTES);
        values.putLong(through).putLong(~through).flip();
        int _ = position.write(values, 0);
    }

    /** Into how many partitions this log's events go: {@code now}, unless that was settled. */
    int partitions(int now) throws IOException {
        Path file = log.resolve(PARTITIONS);
        if (Files.exists(file)) {
            String text = Files.readString(file).strip();
            try {
                int settled = Integer.parseInt(text);
                if (settled > 0) {
                    return settled;
                }
            } catch (NumberFormatException e) {
                throw new IOException(file + " holds no number: " + text, e);
            }
            throw new IOException(file + " holds no number of partitions: " + text);
        }
        Path written = log.resolve(PARTITIONS + ".new");
        try (FileChannel channel =
                FileChannel.open(
                        written,
                        StandardOpenOption.CREATE,
                        StandardOpenOption.TRUNCATE_EXISTING,
                        StandardOpenOption.WRITE)) {
            int _ =
                    channel.write(
                            ByteBuffer.wrap((now + "\n").getBytes(StandardCharsets.US_ASCII)));
            channel.force(true);
        }
        Files.move(written, file, StandardCopyOption.ATOMIC_MOVE);
        try (FileChannel directory = FileChannel.open(log, StandardOpenOption.READ)) {
            directory.force(true);
        }
        return now;
    }

    @Override
    public void close() {
        if (position != null) {
            try {
                position.close();
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
            position = null;
        }
    }
}
