package io.rvbbit.gateway.engine;

import java.nio.file.Path;
import java.util.List;

/**
 * The bounds of every database.
 *
 * @param data directory of databases, client files and temporary files
 * @param allowDirectories where clients may read and write files besides {@code <data>/files}
 * @param memoryLimit per database, as DuckDB writes it, such as {@code 4GB}
 * @param threads per shared database; a private one has one
 * @param temporaryLimit how much a database may spill to disk, such as {@code 20GB}
 * @param sqlCellThreads how many SQL cells run at a time
 */
public record EngineConfig(
        Path data,
        List<Path> allowDirectories,
        String memoryLimit,
        int threads,
        String temporaryLimit,
        int sqlCellThreads) {
    public EngineConfig {
        data = data.toAbsolutePath().normalize();
        allowDirectories =
                allowDirectories.stream()
                        .map(directory -> directory.toAbsolutePath().normalize())
                        .toList();
        if (threads < 1 || sqlCellThreads < 1) {
            throw new IllegalArgumentException("threads are counted from 1");
        }
    }

    /** Bounds for a small machine. */
    public static EngineConfig in(Path data) {
        int threads = Runtime.getRuntime().availableProcessors();
        return new EngineConfig(data, List.of(), "2GB", threads, "20GB", 4);
    }

    Path databases() {
        return data.resolve("databases");
    }

    Path files() {
        return data.resolve("files");
    }

    Path temporary() {
        return data.resolve("tmp");
    }

    Path run() {
        return data.resolve("run");
    }
}
