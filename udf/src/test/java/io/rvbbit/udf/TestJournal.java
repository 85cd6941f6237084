package io.rvbbit.udf;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;

/** Journals of statements that no test looks at again: gone when they are closed. */
final class TestJournal {
    private TestJournal() {}

    static JournalHead head(String caller) {
        return new JournalHead(
                caller,
                "RVBBIT MAP …",
                "rvbbit_map",
                "ada",
                "default",
                List.of(),
                List.of(),
                Map.of(),
                "2026-11-22T10:00:00Z",
                List.of(new JournalHead.InputColumn("x", "INTEGER")),
                List.of());
    }

    static Journal fresh(String caller) {
        try {
            Path directory = Files.createTempDirectory("rvbbit-journal-");
            Path file = directory.resolve("journal");
            return Journal.begin(
                    file,
                    head(caller),
                    JournalFile.Patience.NONE,
                    () -> {
                        try {
                            Files.delete(file);
                            Files.delete(directory);
                        } catch (IOException e) {
                            throw new UncheckedIOException(e);
                        }
                    });
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
