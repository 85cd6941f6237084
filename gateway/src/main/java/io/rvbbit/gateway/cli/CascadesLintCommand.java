package io.rvbbit.gateway.cli;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import io.rvbbit.gateway.config.ConfigException;
import io.rvbbit.gateway.config.ConfigReader;
import io.rvbbit.gateway.config.McpConfig;
import io.rvbbit.rewriter.SqlState;
import io.rvbbit.udf.cascade.CascadeCatalog;
import io.rvbbit.udf.cascade.CascadeLint;
import io.rvbbit.udf.cascade.CascadeLint.Finding;
import io.rvbbit.udf.cascade.CascadeLint.Severity;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.UncheckedIOException;
import java.nio.charset.CharacterCodingException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** Checks files of cascades without running them. */
@Command(
        name = "lint",
        description = "Tell all that is wrong or odd in files of cascades, with file and line.",
        exitCodeListHeading = "Exit codes:%n",
        exitCodeList = {"0:no file has an error", "1:a file has one, or cannot be read"},
        mixinStandardHelpOptions = true)
final class CascadesLintCommand implements Callable<Integer> {
    @Parameters(
            arity = "1..*",
            paramLabel = "PATH",
            description = "file, or folder with .yaml, .yml and .json files")
    private List<Path> paths = List.of();

    @Option(names = "--format", paramLabel = "text|json", description = "how findings are printed")
    private CascadesCommand.Format format = CascadesCommand.Format.TEXT;

    @Option(
            names = "--config",
            paramLabel = "FILE",
            description = "configuration in YAML: cascades may name its MCP servers and no others")
    private @Nullable Path config;

    @Spec private CommandSpec spec = CommandSpec.create();

    @Override
    public Integer call() {
        List<Finding> findings = new ArrayList<>();
        List<Path> files = paths.stream().flatMap(path -> files(path).stream()).toList();
        CascadeCatalog catalog = new CascadeCatalog(roots());
        Optional<Set<String>> servers = mcpServers();
        files.forEach(file -> findings.addAll(findings(file, catalog, servers)));
        PrintWriter out = spec.commandLine().getOut();
        switch (format) {
            case TEXT -> findings.forEach(finding -> out.print(line(finding)));
            case JSON -> out.print(json(findings).toPrettyString() + "\n");
        }
        out.flush();
        long errors = findings.stream().filter(each -> each.severity() == Severity.ERROR).count();
        spec.commandLine()
                .getErr()
                .println(
                        "files: %d, errors: %d, warnings: %d"
                                .formatted(files.size(), errors, findings.size() - errors));
        return errors == 0 ? 0 : 1;
    }

    /** Where nothing names a configuration, nothing is known of its servers. */
    private Optional<Set<String>> mcpServers() {
        Optional<Path> file =
                Optional.ofNullable(config)
                        .or(() ->
                                Optional.ofNullable(System.getenv("RVBBIT_CONFIG")).map(Path::of));
        return file.map(path ->
                McpConfig.names(ConfigReader.read(Optional.of(path), System.getenv(), Map.of())));
    }

    /** Where the files' sub-cascades may be: here, in the folders, beside the files and above. */
    private List<Path> roots() {
        Set<Path> roots = new LinkedHashSet<>(List.of(Path.of("").toAbsolutePath()));
        for (Path path : paths) {
            Path folder = path.toAbsolutePath().normalize();
            for (int up = 0; up < 3 && folder != null; up++) {
                if (Files.isDirectory(folder)) {
                    roots.add(folder);
                }
                folder = folder.getParent();
            }
        }
        return List.copyOf(roots);
    }

    private static List<Path> files(Path path) {
        if (!Files.exists(path)) {
            throw new ConfigException("can't read " + path + ": no such file");
        }
        if (!Files.isDirectory(path)) {
            return List.of(path);
        }
        try (Stream<Path> inside = Files.walk(path)) {
            return inside.filter(Files::isRegularFile)
                    .filter(file -> CascadeCatalog.isCascadeName(file.toString()))
                    .sorted()
                    .toList();
        } catch (IOException e) {
            throw new UncheckedIOException("can't read " + path + ": " + e.getMessage(), e);
        }
    }

    /**
     * A file that cannot be read is an error of its own: those after it are looked at all the same.
     */
    private static List<Finding> findings(
            Path file, CascadeCatalog catalog, Optional<Set<String>> mcpServers) {
        String text;
        try {
            text = Files.readString(file);
        } catch (CharacterCodingException e) {
            return List.of(unreadable(file, "it is not UTF-8"));
        } catch (IOException e) {
            return List.of(unreadable(file, "it can't be read"));
        }
        return CascadeLint.findings(file.toString(), text, catalog, mcpServers);
    }

    private static Finding unreadable(Path file, String why) {
        return new Finding(
                file.toString(), 1, 1, Severity.ERROR, SqlState.INVALID_PARAMETER_VALUE, why, "");
    }

    private static String line(Finding finding) {
        return "%s:%d:%d: %s: %s%s\n"
                .formatted(
                        finding.file(),
                        finding.line(),
                        finding.column(),
                        finding.severity().name().toLowerCase(Locale.ROOT),
                        finding.message(),
                        finding.hint().isEmpty() ? "" : "; " + finding.hint());
    }

    private static ArrayNode json(List<Finding> findings) {
        ArrayNode all = JsonNodeFactory.instance.arrayNode();
        for (Finding finding : findings) {
            all.addObject()
                    .put("file", finding.file())
                    .put("line", finding.line())
                    .put("column", finding.column())
                    .put("severity", finding.severity().name().toLowerCase(Locale.ROOT))
                    .put("sqlstate", finding.state().code())
                    .put("message", finding.message())
                    .put("hint", finding.hint());
        }
        return all;
    }
}
