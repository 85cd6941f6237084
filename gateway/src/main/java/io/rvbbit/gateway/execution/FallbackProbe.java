package io.rvbbit.gateway.execution;

import io.rvbbit.gateway.engine.EnginePrepared;
import io.rvbbit.rewriter.CallSite;
import io.rvbbit.rewriter.CallSites;
import io.rvbbit.rewriter.SqlException;
import io.rvbbit.rewriter.SqlState;
import io.rvbbit.rewriter.Statement.PlainStatement;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Asks the engine what a statement lacks: which functions, called with which types.
 *
 * <p>The engine binds everything else, so that what is wrong with the statement is found before a
 * model is asked. Nothing is run. Threading: the session's thread only.
 */
final class FallbackProbe {
    private static final Pattern MISSING =
            Pattern.compile("function \"(.+)\" does not exist", Pattern.DOTALL);

    /** Takes no arguments, so the engine complains and names the types of those it gets. */
    private static final String TELLING = "system.main.pi";

    private static final Pattern TOLD =
            Pattern.compile("function pi\\((.*)\\) does not exist", Pattern.DOTALL);

    /** What says that the text is wrong, whatever the functions give. */
    private static final Set<SqlState> WRONG =
            Set.of(
                    SqlState.SYNTAX_ERROR,
                    SqlState.UNDEFINED_COLUMN,
                    SqlState.UNDEFINED_TABLE,
                    SqlState.INVALID_SCHEMA_NAME,
                    SqlState.GROUPING_ERROR);

    private final ClientContext client;
    private final PlainStatement statement;
    private final List<String> types;

    FallbackProbe(ClientContext client, PlainStatement statement, List<String> types) {
        this.client = client;
        this.statement = statement;
        this.types = List.copyOf(types);
    }

    /** The name of the function that the engine misses, in lower case. */
    static Optional<String> missing(SqlException fault) {
        Matcher matcher = MISSING.matcher(String.valueOf(fault.getMessage()));
        return fault.state() == SqlState.UNDEFINED_FUNCTION && matcher.matches()
                ? Optional.of(matcher.group(1).toLowerCase(Locale.ROOT))
                : Optional.empty();
    }

    /**
     * All calls of functions that do not exist, inner ones first.
     *
     * @throws SqlException what is wrong with the statement besides, or with one of the calls
     */
    List<CallSite> calls(SqlException first) {
        Set<String> names = new HashSet<>();
        SqlException fault = first;
        while (true) {
            SqlException told = fault;
            String name = missing(fault).orElseThrow(() -> told);
            if (!names.add(name)) {
                throw fault;
            }
            List<CallSite> sites = CallSites.of(statement.text(), names);
            if (sites.stream()
                    .noneMatch(site -> site.name().toLowerCase(Locale.ROOT).equals(name))) {
                throw fault;
            }
            Optional<SqlException> next =
                    fault(
                            CallSites.rewritten(
                                    statement.text(), sites, (_, arguments) -> unknown(arguments)));
            if (next.isEmpty() || !isWrong(next.get())) {
                return sites;
            }
            fault = next.get();
        }
    }

    private static boolean isWrong(SqlException fault) {
        return WRONG.contains(fault.state()) || missing(fault).isPresent();
    }

    /**
     * The types of a call's arguments.
     *
     * @param sites all calls
     * @param given the types of those whose results are known
     */
    List<String> argumentTypes(CallSite call, List<CallSite> sites, Map<CallSite, String> given) {
        if (call.arguments().isEmpty()) {
            return List.of();
        }
        Map<CallSite, String> known = new HashMap<>(given);
        String sql =
                CallSites.rewritten(
                        statement.text(),
                        sites,
                        (site, arguments) -> {
                            if (isSame(site, call)) {
                                return TELLING + "(" + String.join(", ", arguments) + ")";
                            }
                            String type = known.get(site);
                            return type == null ? unknown(arguments) : typed(arguments, type);
                        });
        SqlException fault =
                fault(sql)
                        .orElseThrow(() ->
                                new SqlException(
                                        SqlState.INTERNAL_ERROR,
                                        "nobody tells the types of the arguments"));
        Matcher matcher = TOLD.matcher(String.valueOf(fault.getMessage()));
        if (!matcher.matches()) {
            throw fault;
        }
        List<String> told = split(matcher.group(1));
        if (told.size() != call.arguments().size()) {
            throw fault;
        }
        return told.stream().map(FallbackProbe::type).toList();
    }

    /** GROUP BY wants the same text wherever the expression stands. */
    private boolean isSame(CallSite one, CallSite other) {
        String text = statement.text();
        return text.substring(one.start(), one.end())
                .equals(text.substring(other.start(), other.end()));
    }

    /** Stands for a call: binds its arguments, and fits wherever a value does. */
    private static String unknown(List<String> arguments) {
        return "(CASE WHEN " + anyNull(arguments) + " THEN NULL END)";
    }

    private static String typed(List<String> arguments, String type) {
        return "CAST(" + unknown(arguments) + " AS " + type + ")";
    }

    private static String anyNull(List<String> arguments) {
        return arguments.isEmpty()
                ? "NULL IS NULL"
                : String.join(
                        " OR ",
                        arguments.stream().map(argument -> "(" + argument + ") IS NULL").toList());
    }

    private Optional<SqlException> fault(String text) {
        try {
            String sql = ClientQuery.engineText(client, text);
            TextPositions positions = new TextPositions(statement.text(), statement.offset(), sql);
            try (EnginePrepared _ = client.connection().prepare(sql, types)) {
                return Optional.empty();
            } catch (SqlException fault) {
                return Optional.of(positions.inClientText(fault));
            }
        } catch (SqlException fault) {
            return Optional.of(fault.at(0));
        }
    }

    /** Literals and NULL have types of their own while nothing wants another. */
    private static String type(String told) {
        return switch (told) {
            case "STRING_LITERAL", "\"NULL\"", "UNKNOWN" -> "VARCHAR";
            case "INTEGER_LITERAL" -> "INTEGER";
            default -> told;
        };
    }

    /** At the commas that stand outside of brackets and quotes. */
    private static List<String> split(String types) {
        List<String> parts = new ArrayList<>();
        int depth = 0;
        char quote = 0;
        int begin = 0;
        for (int at = 0; at < types.length(); at++) {
            char character = types.charAt(at);
            if (quote != 0) {
                quote = character == quote ? 0 : quote;
            } else if (character == '\'' || character == '"') {
                quote = character;
            } else if (character == '(' || character == '[') {
                depth++;
            } else if (character == ')' || character == ']') {
                depth--;
            } else if (character == ',' && depth == 0) {
                parts.add(types.substring(begin, at).strip());
                begin = at + 1;
            }
        }
        parts.add(types.substring(begin).strip());
        return parts;
    }
}
