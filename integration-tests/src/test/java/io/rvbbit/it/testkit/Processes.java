package io.rvbbit.it.testkit;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/** Runs other people's clients. Threading: any thread. */
public final class Processes {
    private static final long MAX_SECONDS = 240;

    private Processes() {}

    /** What a program has said until its end. */
    public record Outcome(int exitCode, String out, String err) {}

    /** Whether a program of that name is on the PATH. */
    public static boolean isInstalled(String program) {
        String path = System.getenv().getOrDefault("PATH", "");
        return Arrays.stream(path.split(java.io.File.pathSeparator))
                .anyMatch(directory -> Files.isExecutable(Path.of(directory, program)));
    }

    /**
     * Runs a program to its end.
     *
     * @throws IllegalStateException if it has not ended after four minutes; it is killed then
     */
    public static Outcome run(Path directory, Map<String, String> environment, List<String> command)
            throws InterruptedException {
        try {
            Path out = Files.createTempFile("rvbbit-it-", ".out");
            Path err = Files.createTempFile("rvbbit-it-", ".err");
            try {
                ProcessBuilder builder =
                        new ProcessBuilder(command)
                                .directory(directory.toFile())
                                .redirectInput(
                                        ProcessBuilder.Redirect.from(Path.of("/dev/null").toFile()))
                                .redirectOutput(out.toFile())
                                .redirectError(err.toFile());
                builder.environment().putAll(environment);
                Process process = builder.start();
                if (!process.waitFor(MAX_SECONDS, TimeUnit.SECONDS)) {
                    process.destroyForcibly().waitFor();
                    throw new IllegalStateException(
                            "has not ended: " + command + "\n" + Files.readString(err));
                }
                return new Outcome(
                        process.exitValue(),
                        Files.readString(out, StandardCharsets.UTF_8),
                        Files.readString(err, StandardCharsets.UTF_8));
            } finally {
                Files.delete(out);
                Files.delete(err);
            }
        } catch (IOException broken) {
            throw new UncheckedIOException(broken);
        }
    }
}
