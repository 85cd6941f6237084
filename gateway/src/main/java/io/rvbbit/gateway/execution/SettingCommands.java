package io.rvbbit.gateway.execution;

import io.rvbbit.gateway.dialect.DialectCatalog;
import io.rvbbit.gateway.engine.Chunk;
import io.rvbbit.rewriter.Lexer;
import io.rvbbit.rewriter.SqlException;
import io.rvbbit.rewriter.SqlState;
import io.rvbbit.rewriter.SqlText;
import io.rvbbit.rewriter.Token;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * SET, RESET and SHOW.
 *
 * <p>The engine hears of the time zone and the search path only. Threading: the session's thread
 * only.
 */
final class SettingCommands {
    private static final String DIALECT = "rvbbit.dialect";
    private static final String CATALOG_PATH = "rvbbit.main,examples.main";

    private static final Pattern INTERVAL =
            Pattern.compile("([+-]?)(\\d{1,2})(?::(\\d{2}))?(?::00)?");

    private final ClientContext client;
    private final TransactionCommands transactions;

    SettingCommands(ClientContext client) {
        this.client = client;
        this.transactions = new TransactionCommands(client);
    }

    /** Empty for SET VARIABLE and the like, which are the engine's. */
    Optional<Plan> plan(List<Token> tokens) {
        return switch (tokens.getFirst().text().toUpperCase(Locale.ROOT)) {
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
        if (tokens.get(at).is("TRANSACTION")) {
            return Optional.of(transactions.change(from(tokens, 2)));
        }
        if (tokens.get(at).is("SESSION") && tokens.get(at + 1).is("CHARACTERISTICS")) {
            Words words = from(tokens, 3);
            words.expect("AS");
            words.expect("TRANSACTION");
            return Optional.of(transactions.characteristics(words));
        }
        boolean scoped =
                tokens.get(at).isAny("SESSION", "LOCAL")
                        && !tokens.get(at + 1).isAny("TO")
                        && !tokens.get(at + 1).isOperator("=");
        boolean local = scoped && tokens.get(at).is("LOCAL");
        at += scoped ? 1 : 0;
        if (tokens.get(at).is("NAMES")) {
            boolean plain = tokens.get(at + 1).isEnd() || tokens.get(at + 1).is("DEFAULT");
            return Optional.of(
                    plain
                            ? resetOne("SET", "client_encoding", local)
                            : assign("client_encoding", value(tokens, at + 1), local));
        }
        if (tokens.get(at).is("TIME") && tokens.get(at + 1).is("ZONE")) {
            return Optional.of(timeZone(tokens, at + 2, local));
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
            return Optional.of(resetOne("SET", name.toString(), local));
        }
        boolean path = name.toString().equalsIgnoreCase("search_path");
        String value = path ? list(tokens, at + 1) : value(tokens, at + 1);
        Optional<Plan> mode = mode(name.toString(), value);
        return mode.isPresent() ? mode : Optional.of(assign(name.toString(), value, local));
    }

    private static Words from(List<Token> tokens, int at) {
        return new Words(tokens.subList(Math.min(at, tokens.size() - 1), tokens.size()));
    }

    /** SET transaction_read_only = … is SET TRANSACTION in other words. */
    private Optional<Plan> mode(String name, String value) {
        String words =
                switch (name.toLowerCase(Locale.ROOT)) {
                    case "transaction_isolation" -> "ISOLATION LEVEL " + value;
                    case "transaction_read_only" ->
                            SettingValues.bool(name, value).equals("on")
                                    ? "READ ONLY"
                                    : "READ WRITE";
                    case "transaction_deferrable" ->
                            SettingValues.bool(name, value).equals("on")
                                    ? "DEFERRABLE"
                                    : "NOT DEFERRABLE";
                    default -> "";
                };
        return words.isEmpty()
                ? Optional.empty()
                : Optional.of(transactions.change(new Words(Lexer.tokens(words))));
    }

    private Plan timeZone(List<Token> tokens, int at, boolean local) {
        if (tokens.get(at).isAny("LOCAL", "DEFAULT")) {
            return resetOne("SET", "TimeZone", local);
        }
        if (!tokens.get(at).is("INTERVAL")) {
            return assign("TimeZone", value(tokens, at), local);
        }
        Words words = from(tokens, at + 1);
        Token text = words.next();
        Matcher matcher =
                text.isString() ? INTERVAL.matcher(text.string().strip()) : INTERVAL.matcher("");
        if (!matcher.matches()) {
            throw syntaxError(text, "hours and minutes, such as INTERVAL '+02:00' HOUR TO MINUTE");
        }
        if (words.accept("HOUR")) {
            if (words.accept("TO")) {
                words.expect("MINUTE");
            }
        }
        words.end();
        long minutes =
                Long.parseLong(matcher.group(2)) * 60
                        + (matcher.group(3) == null ? 0 : Long.parseLong(matcher.group(3)));
        long east = (matcher.group(1).equals("-") ? -minutes : minutes) * 60;
        String zone =
                ZoneName.ofSeconds(east)
                        .map(ZoneName::shown)
                        .orElseThrow(() -> syntaxError(text, "an interval of at most 18 hours"));
        return assign("TimeZone", zone, local);
    }

    private Plan assign(String name, String value, boolean local) {
        return RowsPlan.command("SET", () -> change(name, value, local));
    }

    /** Changes a setting and tells the engine; gives the value as it is kept. */
    String change(String name, String value, boolean local) {
        if (local && !client.transaction().isBlock()) {
            client.notices()
                    .warning(
                            SqlState.NO_ACTIVE_TRANSACTION,
                            "SET LOCAL can only be used in transaction blocks");
        }
        Settings.Snapshot before = client.settings().snapshot();
        if (local) {
            client.settings().setLocal(name, value);
        } else {
            client.settings().set(name, value);
        }
        try {
            applyChanged();
        } catch (SqlException e) {
            client.settings().restore(before);
            throw e;
        }
        return client.settings().get(name);
    }

    private Plan reset(List<Token> tokens) {
        if (tokens.get(1).is("ALL")) {
            return RowsPlan.command(
                    "RESET",
                    () -> {
                        client.settings().resetAll();
                        applyChanged();
                    });
        }
        if (tokens.get(1).is("TIME")) {
            return resetOne("RESET", "TimeZone", false);
        }
        return resetOne("RESET", dotted(tokens, 1), false);
    }

    private Plan resetOne(String tag, String name, boolean local) {
        return RowsPlan.command(
                tag,
                () -> {
                    client.settings().reset(name, local);
                    applyChanged();
                });
    }

    private Optional<Plan> show(List<Token> tokens) {
        if (tokens.get(1).is("ALL")) {
            return Optional.of(
                    RowsPlan.showing(
                            TextRows.textColumns("name", "setting", "description"),
                            "SHOW",
                            () -> shown().entrySet().stream().map(SettingCommands::row).toList()));
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
                                : tokens.get(1).is("SESSION") && tokens.get(2).is("AUTHORIZATION")
                                        ? "session_authorization"
                                        : dotted(tokens, 1);
        Map<String, String> shown = shown();
        if (!shown.containsKey(name)) {
            client.settings().get(name);
        }
        String spelled =
                shown.keySet().stream().filter(name::equalsIgnoreCase).findFirst().orElse(name);
        return Optional.of(
                RowsPlan.showing(
                        TextRows.textColumns(spelled),
                        "SHOW",
                        () -> List.of(List.of(Optional.ofNullable(shown().get(name)).orElse("")))));
    }

    /** Every setting with what it is now, those of the transaction among them. */
    Map<String, String> shown() {
        Map<String, String> all = client.settings().all();
        TransactionModes modes = client.transaction().modes();
        all.put("transaction_isolation", modes.isolation());
        all.put("transaction_read_only", modes.readOnly() ? "on" : "off");
        all.put("transaction_deferrable", modes.deferrable() ? "on" : "off");
        return all;
    }

    private static List<String> row(Map.Entry<String, String> setting) {
        return List.of(setting.getKey(), setting.getValue(), "");
    }

    /** Tells the engine what it has to know, where that differs from what it was told last. */
    void applyChanged() {
        if (!client.applied().isBehind(client.settings().version())) {
            return;
        }
        String zone = client.settings().engineTimeZone();
        if (client.applied().needs("TimeZone", zone)) {
            client.run("SET TimeZone = " + SqlText.literal(zone));
            client.applied().told("TimeZone", zone);
        }
        String path = client.settings().get("search_path") + client.settings().get(DIALECT);
        if (client.applied().needs("search_path", path)) {
            client.run("SET search_path = " + SqlText.literal(enginePath()));
            client.applied().told("search_path", path);
        }
        client.applied().caughtUp(client.settings().version());
    }

    private Set<String> schemas() {
        Set<String> names = new HashSet<>();
        try (var prepared =
                        client.connection()
                                .prepare(
                                        "SELECT schema_name FROM duckdb_schemas() WHERE"
                                                + " database_name IN (current_database(), 'temp')",
                                        List.of());
                var cursor = prepared.execute(List.of())) {
            for (Chunk chunk = cursor.next(); chunk != null; chunk = cursor.next()) {
                for (int row = 0; row < chunk.rows(); row++) {
                    names.add(new String(chunk.column(0).getBytes(row), StandardCharsets.UTF_8));
                }
            }
        }
        return names;
    }

    private String enginePath() {
        String database = SqlText.identifier(client.connection().database());
        List<String> entries = new ArrayList<>();
        Set<String> existing = schemas();
        for (String entry : client.settings().get("search_path").split(",", -1)) {
            String schema = entry.strip();
            String bare =
                    schema.length() > 1 && schema.startsWith("\"") && schema.endsWith("\"")
                            ? schema.substring(1, schema.length() - 1).replace("\"\"", "\"")
                            : schema;
            if (bare.isEmpty() || bare.equals("$user") || bare.equals("pg_catalog")) {
                continue;
            }
            // PostgreSQL takes a schema that is not there, and finds nothing in it.
            if (!existing.contains(bare)) {
                continue;
            }
            entries.add(database + "." + SqlText.identifier(bare));
        }
        String main = database + ".main";
        if (!entries.contains(main) && !entries.contains(database + ".\"main\"")) {
            entries.add(main);
        }
        entries.add(CATALOG_PATH);
        if (!client.settings().get(DIALECT).equals("duckdb")) {
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
        boolean signed = negative || token.isOperator("+");
        if (signed) {
            token = tokens.get(at + 1);
        }
        if (token.kind() == Token.Kind.END) {
            throw syntaxError(token, "a value");
        }
        StringBuilder value =
                new StringBuilder(
                        token.kind() == Token.Kind.STRING ? token.string() : token.text());
        int next = at + (signed ? 2 : 1);
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
