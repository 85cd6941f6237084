package io.rvbbit.tracking;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.UUID;

/** The name under which one directory of data writes to a store that others share. */
final class LogId {
    private LogId() {}

    /** Reads it from the file, which is made with a new one if it is not there. */
    static String of(Path file) {
        try {
            if (!Files.exists(file)) {
                Path directory = file.toAbsolutePath().getParent();
                if (directory != null) {
                    Files.createDirectories(directory);
                }
                Files.writeString(file, UUID.randomUUID().toString());
            }
            return UUID.fromString(Files.readString(file).strip()).toString();
        } catch (IOException e) {
            throw new UncheckedIOException("cannot read or make " + file, e);
        } catch (IllegalArgumentException e) {
            throw new BooksUnavailable(file + " does not hold the id of a log", e);
        }
    }
}
