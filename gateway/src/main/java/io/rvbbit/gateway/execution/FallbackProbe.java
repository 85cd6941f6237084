package io.rvbbit.gateway.execution;

import io.rvbbit.rewriter.CallSite;
import io.rvbbit.rewriter.CallSite.Argument;
import io.rvbbit.rewriter.CallSites;
import io.rvbbit.rewriter.Lexer;
import io.rvbbit.rewriter.SqlException;
import io.rvbbit.rewriter.SqlState;
import io.rvbbit.rewriter.Token;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Predicate;
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

    private static final String UNTYPED = "";

    /** What calls are as long as nobody knows: some functions only take what has a type. */
    static final List<String> STANDING_IN = List.of(UNTYPED, "DOUBLE", "VARCHAR", "TIMESTAMP");

    /** What says that the text is wrong, whatever the functions give. */
    private static final Set<SqlState> WRONG =
            Set.of(
                    SqlState.SYNTAX_ERROR,
                    SqlState.UNDEFINED_COLUMN,
                    SqlState.UNDEFINED_TABLE,
                    SqlState.INVALID_SCHEMA_NAME,
                    SqlState.GROUPING_ERROR);

    private final IncompleteStatement statement;

    FallbackProbe(IncompleteStatement statement) {
        this.statement = statement;
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
            Optional<SqlException> next = faultWithout(sites);
            if (next.isEmpty() || !isWrong(next.get())) {
                return missing(sites);
            }
            fault = next.get();
        }
    }

    /** The engine tells a name without its schema, so calls of several schemas are tried apart. */
    private List<CallSite> missing(List<CallSite> sites) {
        Map<String, Set<String>> schemas = new HashMap<>();
        for (CallSite site : sites) {
            schemas.computeIfAbsent(lower(site.name()), _ -> new HashSet<>())
                    .add(lower(site.qualifier()));
        }
        Map<String, Boolean> known = new HashMap<>();
        List<CallSite> missing =
                sites.stream()
                        .filter(site ->
                                schemas.getOrDefault(lower(site.name()), Set.of()).size() == 1
                                        || known.computeIfAbsent(
                                                called(site), _ -> isMissing(site, sites)))
                        .toList();
        if (missing.size() < sites.size()) {
            faultWithout(missing)
                    .filter(fault -> missing(fault).isPresent())
                    .ifPresent(fault -> {
                        throw fault;
                    });
        }
        return missing;
    }

    /** What is wrong whatever the calls give. */
    private Optional<SqlException> faultWithout(List<CallSite> sites) {
        Optional<SqlException> untyped = statement.fault(without(sites, UNTYPED));
        if (untyped.filter(FallbackProbe::wantsTypes).isEmpty()) {
            return untyped;
        }
        return STANDING_IN.stream()
                .map(type -> statement.fault(without(sites, type)))
                .filter(fault -> fault.filter(FallbackProbe::isOfTypes).isEmpty())
                .findFirst()
                .orElse(Optional.empty());
    }

    private String without(List<CallSite> sites, String type) {
        return CallSites.rewritten(
                statement.text(), sites, (site, arguments) -> typed(site, arguments, type));
    }

    /** Whether it may go away as soon as it is known what the calls give. */
    private static boolean isOfTypes(SqlException fault) {
        return !isWrong(fault) || fault.state() == SqlState.SYNTAX_ERROR;
    }

    /** The engine cannot choose among functions for an argument that may be anything. */
    static boolean wantsTypes(SqlException fault) {
        return String.valueOf(fault.getMessage()).contains("could not choose a best candidate");
    }

    /** Whether the engine still misses it where all others are there. */
    private boolean isMissing(CallSite call, List<CallSite> sites) {
        for (String type : STANDING_IN) {
            Optional<SqlException> fault =
                    statement.fault(
                            CallSites.rewritten(
                                    statement.text(),
                                    sites,
                                    (site, arguments) ->
                                            called(site).equals(called(call))
                                                    ? asWritten(site, arguments)
                                                    : typed(site, arguments, type)));
            Optional<String> missing = fault.flatMap(FallbackProbe::missing);
            if (fault.isEmpty() || missing.isPresent()) {
                return missing.equals(Optional.of(lower(call.name())));
            }
        }
        return false;
    }

    private String asWritten(CallSite site, List<String> arguments) {
        StringBuilder text = new StringBuilder();
        int at = site.start();
        for (int i = 0; i < arguments.size(); i++) {
            text.append(statement.text(), at, site.arguments().get(i).start())
                    .append(arguments.get(i));
            at = site.arguments().get(i).end();
        }
        return text.append(statement.text(), at, site.end()).toString();
    }

    private static String called(CallSite site) {
        return lower(site.qualifier()) + "." + lower(site.name());
    }

    private static String lower(String name) {
        return name.toLowerCase(Locale.ROOT);
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
        SqlException fault = complaint(site -> isSame(site, call), sites, given);
        if (fault.state() == SqlState.GROUPING_ERROR) {
            fault = complaint(site -> isAlike(site, call), sites, given);
        }
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

    /** What the engine says to calls with arguments that it has to name. */
    private SqlException complaint(
            Predicate<CallSite> asked, List<CallSite> sites, Map<CallSite, String> given) {
        Map<CallSite, String> known = new HashMap<>(given);
        List<SqlException> faults = new ArrayList<>();
        for (String type : STANDING_IN) {
            statement
                    .fault(
                            CallSites.rewritten(
                                    statement.text(),
                                    sites,
                                    (site, arguments) ->
                                            asked.test(site)
                                                    ? telling(site, arguments)
                                                    : typed(
                                                            site,
                                                            arguments,
                                                            known.getOrDefault(site, type))))
                    .ifPresent(faults::add);
            if (faults.isEmpty() || !wantsTypes(faults.getLast())) {
                break;
            }
        }
        if (faults.isEmpty()) {
            throw new SqlException(
                    SqlState.INTERNAL_ERROR, "nobody tells the types of the arguments");
        }
        return faults.getLast();
    }

    private static String telling(CallSite site, List<String> arguments) {
        return FallbackText.named(site, TELLING + "(" + String.join(", ", arguments) + ")");
    }

    /** GROUP BY wants the same text wherever the expression stands. */
    private boolean isSame(CallSite one, CallSite other) {
        String text = statement.text();
        return text.substring(one.start(), one.end())
                .equals(text.substring(other.start(), other.end()));
    }

    /** GROUP BY also takes a column with its table's name for the one without. */
    private boolean isAlike(CallSite one, CallSite other) {
        return called(one).equals(called(other))
                && plain(one.arguments()).equals(plain(other.arguments()));
    }

    private List<List<String>> plain(List<Argument> arguments) {
        return arguments.stream().map(this::plain).toList();
    }

    private List<String> plain(Argument argument) {
        List<Token> tokens =
                Lexer.tokens(statement.text().substring(argument.start(), argument.end()));
        List<String> plain = new ArrayList<>();
        for (int at = 0; at < tokens.size(); at++) {
            Token token = tokens.get(at);
            if (token.isOperator(".") && at > 0 && tokens.get(at - 1).isIdentifier()) {
                plain.removeLast();
            } else {
                plain.add(token.isIdentifier() ? lower(token.identifier()) : token.text());
            }
        }
        return plain;
    }

    /**
     * Stands for a call: binds its arguments, and fits wherever a value does unless it has a type.
     */
    static String typed(CallSite site, List<String> arguments, String type) {
        String value = "(CASE WHEN " + anyNull(arguments) + " THEN NULL END)";
        return FallbackText.named(
                site, type.equals(UNTYPED) ? value : "CAST(" + value + " AS " + type + ")");
    }

    private static String anyNull(List<String> arguments) {
        return arguments.isEmpty()
                ? "NULL IS NULL"
                : String.join(
                        " OR ",
                        arguments.stream().map(argument -> "(" + argument + ") IS NULL").toList());
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
