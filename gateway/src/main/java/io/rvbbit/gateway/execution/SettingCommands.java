package io.rvbbit.gateway.execution;

import io.rvbbit.gateway.dialect.DialectCatalog;
import io.rvbbit.rewriter.SqlException;
import io.rvbbit.rewriter.SqlState;
import io.rvbbit.rewriter.SqlText;
import io.rvbbit.rewriter.Token;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * SET, RESET and SHOW.
 *
 * <p>The engine hears of the time zone and the search path only. Threading: the session's thread
 * only.
 */
final class SettingCommands {
    private static final String CATALOG_PATH = "rvbbit.main,examples.main";

    private final ClientContext client;

    SettingCommands(ClientContext client) {
        this.client = client;
    }

    /** Empty for SET VARIABLE and the like, which are the engine's. */
    Optional<Plan> plan(List<Token> tokens) {
        return switch (tokens.getFirst().text().toUpperCase(java.util.Locale.ROOT)) {
            case "SET" -> set(tokens);
            case "RESET" ->
                    tokens.get(1).is("VARIABLE") ? Optional.empty() : Optional.of(reset(tokens));
            default -> show(tokens);
        };
    }

    private Optional<Plan> set(List<Token> tokens) {
        int at = 1;
        if (tokens.get(at).is("VARIABLE")) {
            return Optional.empty();
        }
        if (tokens.get(at).is("TRANSACTION")
                || (tokens.get(at).is("SESSION") && tokens.get(at + 1).is("CHARACTERISTICS"))) {
            return Optional.of(characteristics(tokens));
        }
        if (tokens.get(at).is("LOCAL")) {
            throw new SqlException(
                            SqlState.FEATURE_NOT_SUPPORTED,
                            "SET LOCAL: not supported by this version")
                    .at(tokens.get(at).start() + 1)
                    .hint("SET, and RESET afterwards; ROLLBACK undoes a SET");
        }
        if (tokens.get(at).is("SESSION")
                && !tokens.get(at + 1).isAny("TO")
                && !tokens.get(at + 1).isOperator("=")) {
            at++;
        }
        if (tokens.get(at).is("NAMES")) {
            return Optional.of(assign("client_encoding", value(tokens, at + 1)));
        }
        if (tokens.get(at).is("TIME") && tokens.get(at + 1).is("ZONE")) {
            String zone = value(tokens, at + 2);
            return Optional.of(assign("TimeZone", zone.equalsIgnoreCase("local") ? "UTC" : zone));
        }
        StringBuilder name = new StringBuilder(identifier(tokens.get(at++)));
        while (tokens.get(at).isOperator(".")) {
            name.append('.').append(identifier(tokens.get(at + 1)));
            at += 2;
        }
        if (!tokens.get(at).isOperator("=") && !tokens.get(at).is("TO")) {
            throw syntaxError(tokens.get(at), "SET name = value");
        }
        if (tokens.get(at + 1).is("DEFAULT")) {
            return Optional.of(resetOne("SET", name.toString()));
        }
        boolean path = name.toString().equalsIgnoreCase("search_path");
        String value = path ? list(tokens, at + 1) : value(tokens, at + 1);
        return Optional.of(assign(name.toString(), value));
    }

    private Plan assign(String name, String value) {
        return RowsPlan.command(
                "SET",
                () -> {
                    String before = client.settings().get(name);
                    client.settings().set(name, value);
                    try {
                        apply(name);
                    } catch (SqlException e) {
                        client.settings().set(name, before);
                        throw e;
                    }
                });
    }

    private Plan reset(List<Token> tokens) {
        if (tokens.get(1).is("ALL")) {
            return RowsPlan.command(
                    "RESET",
                    () -> {
                        client.settings().resetAll();
                        applyAll();
                    });
        }
        if (tokens.get(1).is("TIME")) {
            return resetOne("RESET", "TimeZone");
        }
        return resetOne("RESET", dotted(tokens, 1));
    }

    private Plan resetOne(String tag, String name) {
        client.settings().get(name);
        return RowsPlan.command(
                tag,
                () -> {
                    client.settings().reset(name);
                    apply(name);
                });
    }

    private Plan characteristics(List<Token> tokens) {
        String readOnly = client.settings().get("default_transaction_read_only");
        for (int at = 1; at + 1 < tokens.size(); at++) {
            if (tokens.get(at).is("READ") && tokens.get(at + 1).isAny("ONLY", "WRITE")) {
                readOnly = tokens.get(at + 1).is("ONLY") ? "on" : "off";
            }
        }
        String value = readOnly;
        boolean session = tokens.get(1).is("SESSION");
        if (!session && value.equals("on")) {
            throw new SqlException(
                            SqlState.FEATURE_NOT_SUPPORTED,
                            "SET TRANSACTION READ ONLY: not supported by this version")
                    .hint("BEGIN READ ONLY");
        }
        return RowsPlan.command(
                "SET",
                () -> {
                    if (session) {
                        client.settings().set("default_transaction_read_only", value);
                    }
                });
    }

    private Optional<Plan> show(List<Token> tokens) {
        if (tokens.get(1).is("ALL")) {
            return Optional.of(
                    RowsPlan.showing(
                            TextRows.textColumns("name", "setting", "description"),
                            "SHOW",
                            () ->
                                    client.settings().all().entrySet().stream()
                                            .map(SettingCommands::row)
                                            .toList()));
        }
        if (tokens.get(1).isAny("TABLES", "DATABASES", "SCHEMAS")
                || tokens.get(1).kind() == Token.Kind.END) {
            return Optional.empty();
        }
        String name =
                tokens.get(1).is("TIME")
                        ? "TimeZone"
                        : tokens.get(1).is("TRANSACTION")
                                ? "transaction_isolation"
                                : dotted(tokens, 1);
        client.settings().get(name);
        String shown = client.settings().canonical(name).orElse(name);
        return Optional.of(
                RowsPlan.showing(
                        TextRows.textColumns(shown),
                        "SHOW",
                        () -> List.of(List.of(client.settings().get(name)))));
    }

    private static List<String> row(Map.Entry<String, String> setting) {
        return List.of(setting.getKey(), setting.getValue(), "");
    }

    /** Tells the engine what it has to know after many settings have changed. */
    void applyAll() {
        apply("TimeZone");
        apply("search_path");
    }

    private void apply(String name) {
        if (name.equalsIgnoreCase("TimeZone")) {
            client.run("SET TimeZone = " + SqlText.literal(client.settings().get("TimeZone")));
        } else if (name.equalsIgnoreCase("search_path")
                || name.equalsIgnoreCase("rvbbit.dialect")) {
            client.run("SET search_path = " + SqlText.literal(enginePath()));
        }
    }

    private String enginePath() {
        String database = SqlText.identifier(client.connection().database());
        List<String> entries = new ArrayList<>();
        for (String entry : client.settings().get("search_path").split(",", -1)) {
            String schema = entry.strip();
            String bare =
                    schema.length() > 1 && schema.startsWith("\"") && schema.endsWith("\"")
                            ? schema.substring(1, schema.length() - 1).replace("\"\"", "\"")
                            : schema;
            if (bare.isEmpty() || bare.equals("$user") || bare.equals("pg_catalog")) {
                continue;
            }
            entries.add(database + "." + SqlText.identifier(bare));
        }
        String main = database + ".main";
        if (!entries.contains(main) && !entries.contains(database + ".\"main\"")) {
            entries.add(main);
        }
        entries.add(CATALOG_PATH);
        if (!client.settings().get("rvbbit.dialect").equals("duckdb")) {
            entries.add(DialectCatalog.SCHEMA);
        }
        return String.join(",", entries);
    }

    private static String list(List<Token> tokens, int from) {
        List<String> entries = new ArrayList<>();
        if (tokens.get(from).kind() == Token.Kind.END) {
            throw syntaxError(tokens.get(from), "a list of schemas");
        }
        for (int at = from; tokens.get(at).kind() != Token.Kind.END; at++) {
            Token token = tokens.get(at);
            if (token.isOperator(",")) {
                continue;
            }
            String entry = token.kind() == Token.Kind.STRING ? token.string() : identifier(token);
            // A literal may itself hold a whole list, as drivers send it.
            entries.add(
                    token.kind() == Token.Kind.STRING || !needsQuotes(entry)
                            ? entry
                            : SqlText.identifier(entry));
        }
        return String.join(", ", entries);
    }

    private static boolean needsQuotes(String name) {
        return !name.matches("[a-z_][a-z0-9_$]*");
    }

    private static String value(List<Token> tokens, int at) {
        Token token = tokens.get(at);
        boolean negative = token.isOperator("-");
        if (negative) {
            token = tokens.get(at + 1);
        }
        if (token.kind() == Token.Kind.END) {
            throw syntaxError(token, "a value");
        }
        StringBuilder value =
                new StringBuilder(
                        token.kind() == Token.Kind.STRING ? token.string() : token.text());
        int next = at + (negative ? 2 : 1);
        while (tokens.get(next).isOperator(",")) {
            Token more = tokens.get(next + 1);
            if (more.kind() == Token.Kind.END) {
                throw syntaxError(more, "a value");
            }
            value.append(", ")
                    .append(more.kind() == Token.Kind.STRING ? more.string() : more.text());
            next += 2;
        }
        if (tokens.get(next).kind() != Token.Kind.END) {
            throw syntaxError(tokens.get(next), "the end of the statement");
        }
        return (negative ? "-" : "") + value;
    }

    private static String dotted(List<Token> tokens, int from) {
        StringBuilder name = new StringBuilder(identifier(tokens.get(from)));
        int at = from + 1;
        while (tokens.get(at).isOperator(".")) {
            name.append('.').append(identifier(tokens.get(at + 1)));
            at += 2;
        }
        return name.toString();
    }

    private static String identifier(Token token) {
        if (!token.isIdentifier()) {
            throw syntaxError(token, "the name of a setting");
        }
        return token.identifier();
    }

    private static SqlException syntaxError(Token token, String expected) {
        String near = token.text().isEmpty() ? "end of input" : "or near \"" + token.text() + "\"";
        return new SqlException(SqlState.SYNTAX_ERROR, "syntax error at " + near)
                .at(token.start() + 1)
                .hint("expected " + expected);
    }
}
