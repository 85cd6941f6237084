package io.rvbbit.udf.cascade;

import io.rvbbit.rewriter.SqlException;
import io.rvbbit.rewriter.SqlState;
import io.rvbbit.udf.format.CascadeFormat;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * All that is wrong or odd in a definition, not only the first fault.
 *
 * <p>What depends on a part that is wrong is not looked at. Threading: any thread.
 */
public final class CascadeLint {
    private static final Pattern LOCATED = Pattern.compile("(?s)(.*?):(\\d+):(\\d+): (.*)");

    private CascadeLint() {}

    /** How bad it is. */
    public enum Severity {
        /** The loader refuses the file. */
        ERROR,
        /** The loader takes it. */
        WARNING
    }

    /**
     * One thing that is wrong or odd.
     *
     * @param line from 1
     * @param hint may be empty
     */
    public record Finding(
            String file,
            int line,
            int column,
            Severity severity,
            SqlState state,
            String message,
            String hint) {}

    /** Findings in the order of the text; {@code file} as in {@link CascadeParser#parse}. */
    public static List<Finding> findings(String file, String definition) {
        return findings(file, definition, SubCascades.NONE);
    }

    /**
     * The same where it may run other cascades, which {@code catalog} knows.
     *
     * @param mcpServers the only ones that it may name; empty where they are not known
     */
    public static List<Finding> findings(
            String file,
            String definition,
            CascadeCatalog catalog,
            Optional<Set<String>> mcpServers) {
        return findings(file, definition, catalog.parts(), mcpServers);
    }

    static List<Finding> findings(String file, String definition, SubCascades subCascades) {
        return findings(file, definition, subCascades, Optional.empty());
    }

    private static List<Finding> findings(
            String file,
            String definition,
            SubCascades subCascades,
            Optional<Set<String>> mcpServers) {
        SourceFile source = new SourceFile(file, true);
        source.mcpServers(mcpServers);
        Set<Finding> findings = new LinkedHashSet<>();
        List<SqlException> structural = new ArrayList<>();
        try {
            SourceNode root = CascadeParser.source(source, file, definition);
            structural.addAll(FormatCheck.faults(source, root, CascadeFormat.CASCADE));
            Cascade _ = CascadeParser.parse(source, file, definition, root, subCascades);
        } catch (SqlException fault) {
            findings.add(error(file, fault));
        }
        source.faults().forEach(fault -> findings.add(error(file, fault)));
        // The loader's own words go first: where it has found something, it is not said twice.
        structural.stream()
                .map(fault -> error(file, fault))
                .forEach(each -> addNew(findings, each));
        for (String warning : source.warnings()) {
            addNew(findings, finding(file, Severity.WARNING, SqlState.WARNING, warning, ""));
        }
        return findings.stream()
                .sorted(Comparator.comparingInt(Finding::line).thenComparingInt(Finding::column))
                .toList();
    }

    private static void addNew(Set<Finding> findings, Finding finding) {
        if (findings.stream()
                .noneMatch(each ->
                        each.line() == finding.line() && each.column() == finding.column())) {
            findings.add(finding);
        }
    }

    private static Finding error(String file, SqlException fault) {
        return finding(
                file,
                Severity.ERROR,
                fault.state(),
                String.valueOf(fault.getMessage()),
                fault.hint().orElse(""));
    }

    private static Finding finding(
            String file, Severity severity, SqlState state, String located, String hint) {
        Matcher matcher = LOCATED.matcher(located);
        if (!matcher.matches()) {
            return new Finding(file, 1, 1, severity, state, located, hint);
        }
        return new Finding(
                file,
                Integer.parseInt(matcher.group(2)),
                Integer.parseInt(matcher.group(3)),
                severity,
                state,
                matcher.group(4),
                hint);
    }
}
