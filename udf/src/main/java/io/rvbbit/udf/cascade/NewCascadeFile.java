package io.rvbbit.udf.cascade;

import io.rvbbit.rewriter.SqlException;
import io.rvbbit.rewriter.SqlState;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Locale;
import java.util.UUID;

/**
 * A file that a cascade is written into once. Threading: one thread.
 *
 * @param relative below the root, without {@code ..}
 */
record NewCascadeFile(Path root, Path relative) {

    /** As {@link CascadeCatalog#create}. */
    void write(String definition) {
        String shown = relative.toString();
        String lower = shown.toLowerCase(Locale.ROOT);
        if (!lower.endsWith(".yaml") && !lower.endsWith(".yml")) {
            throw new SqlException(
                            SqlState.INVALID_PARAMETER_VALUE,
                            "the cascade file " + Names.quoted(shown) + " is no YAML file's name")
                    .hint("let it end in .yaml");
        }
        try {
            Path file = root.resolve(relative);
            Path folder = folder();
            if (Files.exists(file, LinkOption.NOFOLLOW_LINKS)) {
                throw exists(shown);
            }
            Path whole = folder.resolve(".new-" + UUID.randomUUID() + ".part");
            try {
                Files.writeString(
                        whole,
                        definition,
                        StandardCharsets.UTF_8,
                        StandardOpenOption.CREATE_NEW,
                        StandardOpenOption.WRITE);
                // A second name for the same file: unlike a move it never replaces another.
                Files.createLink(file, whole);
            } finally {
                boolean _ = Files.deleteIfExists(whole);
            }
        } catch (FileAlreadyExistsException e) {
            throw exists(shown);
        } catch (IOException | UnsupportedOperationException e) {
            throw new SqlException(
                    SqlState.IO_ERROR, "cannot write the cascade " + Names.quoted(shown), e);
        }
    }

    /** The folder of the file, made if need be, and never outside of the root. */
    private Path folder() throws IOException {
        Path inside = root.toRealPath();
        Path folder = inside;
        Path below = relative.getParent();
        if (below != null) {
            for (Path part : below) {
                folder = folder.resolve(part);
                if (!Files.isDirectory(folder)) {
                    Files.createDirectory(folder);
                }
                if (!folder.toRealPath().startsWith(inside)) {
                    throw CascadeCatalog.outside(relative.toString());
                }
            }
        }
        return folder;
    }

    private static SqlException exists(String shown) {
        return new SqlException(
                        SqlState.DUPLICATE_TABLE,
                        "the cascade " + Names.quoted(shown) + " already exists")
                .hint("give another name, or remove the file first");
    }
}
