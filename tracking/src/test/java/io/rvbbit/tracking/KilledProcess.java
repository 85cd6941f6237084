package io.rvbbit.tracking;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.BufferedReader;
import java.io.File;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** A JVM of its own that tells what it records until it is killed. */
final class KilledProcess {
    private KilledProcess() {}

    /** The sessions that the process said to have recorded before it was killed. */
    static List<String> killed(int after, Class<?> main, String... arguments) throws Exception {
        Process process =
                java(System.getProperty("java.class.path"), main, arguments)
                        .redirectError(new File("/dev/null"))
                        .start();
        List<String> told = new ArrayList<>();
        try (BufferedReader said =
                new BufferedReader(
                        new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8))) {
            for (String line = said.readLine(); line != null; line = said.readLine()) {
                if (line.startsWith("udf-")) {
                    told.add(line);
                }
                if (told.size() == after) {
                    // The process itself would close what it has said and nobody has read.
                    boolean _ = process.toHandle().destroyForcibly();
                }
            }
        } finally {
            process.destroyForcibly().waitFor();
        }
        assertThat(told).hasSizeGreaterThanOrEqualTo(after);
        // The kill may have come in the middle of a line.
        told.removeLast();
        return told;
    }

    static ProcessBuilder java(String classPath, Class<?> main, String... arguments) {
        List<String> command = new ArrayList<>();
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        command.addAll(
                List.of("--enable-native-access=ALL-UNNAMED", "-cp", classPath, main.getName()));
        command.addAll(List.of(arguments));
        return new ProcessBuilder(command);
    }
}
