package io.rvbbit.tracking;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;

/**
 * The migrations of one kind of store: files {@code schema/STORE/NNN_name.sql}.
 *
 * <p>A statement ends with a semicolon at the end of a line. Threading: immutable.
 *
 * @param names of versions 1, 2, …
 */
record SchemaFiles(String store, List<String> names) {
    SchemaFiles {
        names = List.copyOf(names);
    }

    int newest() {
        return names.size();
    }

    String name(int version) {
        return names.get(version - 1);
    }

    /**
     * @throws BooksUnavailable if a newer program has written the books
     */
    void check(int version) {
        if (version > newest()) {
            throw new BooksUnavailable(
                    "the books have schema version "
                            + version
                            + ", this program knows up to "
                            + newest()
                            + ": a newer one has written them");
        }
    }

    List<String> statements(int version) {
        return Arrays.stream(text(name(version)).split(";\\s*\\R", -1))
                .filter(statement -> !statement.isBlank())
                .toList();
    }

    private String text(String name) {
        String path = "/schema/" + store + "/" + name;
        try (InputStream in = SchemaFiles.class.getResourceAsStream(path)) {
            if (in == null) {
                throw new BooksUnavailable("the migration " + name + " is not in this build");
            }
            return new String(in.readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new UncheckedIOException("cannot read " + name, e);
        }
    }
}
