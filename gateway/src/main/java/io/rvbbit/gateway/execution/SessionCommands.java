package io.rvbbit.gateway.execution;

import io.rvbbit.rewriter.Lexer;
import io.rvbbit.rewriter.SqlException;
import io.rvbbit.rewriter.SqlState;
import io.rvbbit.rewriter.Statement.PlainStatement;
import io.rvbbit.rewriter.Token;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/**
 * The statements that the session answers itself: transactions, databases, prepared names, and what
 * DuckDB would misunderstand.
 *
 * <p>Settings are {@link SettingCommands}' affair. Threading: the session's thread only.
 */
final class SessionCommands {
    private final ClientContext client;
    private final SettingCommands settings;
    private final RoleCommands roles;

    SessionCommands(ClientContext client) {
        this.client = client;
        this.settings = new SettingCommands(client);
        this.roles = new RoleCommands(client);
    }

    /** The plan of such a statement; empty for one that is the engine's. */
    Optional<Plan> plan(PlainStatement statement) {
        List<Token> tokens = Lexer.tokens(statement.text());
        Token first = tokens.getFirst();
        if (first.kind() != Token.Kind.WORD) {
            return Optional.empty();
        }
        try {
            return switch (first.text().toUpperCase(Locale.ROOT)) {
                case "SET", "RESET", "SHOW" -> settings.plan(tokens);
                case "BEGIN", "START" -> Optional.of(begin(tokens));
                case "COMMIT", "END" -> Optional.of(end(tokens, "COMMIT"));
                case "ROLLBACK", "ABORT" -> Optional.of(end(tokens, "ROLLBACK"));
                case "SAVEPOINT", "RELEASE" ->
                        throw unsupported(first, "savepoints", "split the work into transactions");
                case "DISCARD" -> Optional.of(discard(tokens));
                case "DEALLOCATE" -> deallocate(tokens);
                case "CREATE", "DROP" -> roles.plan(tokens).or(() -> database(tokens));
                case "ALTER" -> roles.plan(tokens);
                case "COPY" -> copy(tokens);
                case "DECLARE", "FETCH", "MOVE", "CLOSE" ->
                        throw unsupported(
                                first,
                                "SQL cursors",
                                "fetch in portions with the driver's fetch size");
                case "LISTEN", "NOTIFY" ->
                        throw unsupported(first, "asynchronous notifications", "");
                case "UNLISTEN" -> Optional.of(RowsPlan.command("UNLISTEN", () -> {}));
                default -> Optional.empty();
            };
        } catch (SqlException e) {
            throw e.shifted(statement.offset());
        }
    }

    private Plan begin(List<Token> tokens) {
        boolean readOnly = client.settings().isOn("default_transaction_read_only");
        for (int at = 1; at + 1 < tokens.size(); at++) {
            if (tokens.get(at).is("READ")) {
                Token what = tokens.get(at + 1);
                readOnly = what.is("ONLY") || (readOnly && !what.is("WRITE"));
            }
        }
        String sql = readOnly ? "BEGIN TRANSACTION READ ONLY" : "BEGIN TRANSACTION";
        String tag = tokens.getFirst().is("START") ? "START TRANSACTION" : "BEGIN";
        return RowsPlan.command(
                tag,
                Plan.TransactionEffect.BEGIN,
                () -> {
                    if (client.connection().inTransaction()) {
                        client.notices()
                                .warning(
                                        SqlState.ACTIVE_TRANSACTION,
                                        "there is already a transaction in progress");
                    } else {
                        client.run(sql);
                        client.settings().beginTransaction();
                    }
                });
    }

    private Plan end(List<Token> tokens, String verb) {
        for (Token token : tokens) {
            if (token.is("TO")) {
                throw unsupported(token, "savepoints", "ROLLBACK ends the transaction");
            }
            if (token.is("PREPARED")) {
                throw unsupported(token, "two-phase commit", verb);
            }
            if (token.is("CHAIN") && tokens.stream().noneMatch(word -> word.is("NO"))) {
                throw unsupported(token, "AND CHAIN", verb + "; BEGIN");
            }
        }
        boolean rollback = verb.equals("ROLLBACK");
        return RowsPlan.command(
                verb,
                rollback ? Plan.TransactionEffect.ROLLBACK : Plan.TransactionEffect.COMMIT,
                () -> {
                    if (!client.connection().inTransaction()) {
                        client.notices()
                                .warning(
                                        SqlState.NO_ACTIVE_TRANSACTION,
                                        "there is no transaction in progress");
                        return;
                    }
                    client.run(verb);
                    client.settings().endTransaction(rollback);
                    if (rollback) {
                        client.services().functionUses().definitionsChanged();
                        settings.applyAll();
                    }
                });
    }

    private Plan discard(List<Token> tokens) {
        String what = tokens.get(1).text().toUpperCase(Locale.ROOT);
        return switch (what) {
            case "ALL" ->
                    RowsPlan.command(
                            "DISCARD ALL",
                            () -> {
                                if (client.connection().inTransaction()) {
                                    throw new SqlException(
                                            SqlState.ACTIVE_TRANSACTION,
                                            "DISCARD ALL cannot run inside a transaction block");
                                }
                                client.preparedNames().deallocateAll();
                                client.settings().resetAll();
                                settings.applyAll();
                                TemporaryObjects.dropAll(client);
                            });
            case "TEMP", "TEMPORARY" ->
                    RowsPlan.command("DISCARD TEMP", () -> TemporaryObjects.dropAll(client));
            case "PLANS", "SEQUENCES" -> RowsPlan.command("DISCARD " + what, () -> {});
            default -> throw syntaxError(tokens.get(1), "DISCARD ALL, PLANS, SEQUENCES or TEMP");
        };
    }

    private Optional<Plan> deallocate(List<Token> tokens) {
        Token name = tokens.get(tokens.get(1).is("PREPARE") ? 2 : 1);
        if (name.is("ALL")) {
            return Optional.of(
                    RowsPlan.command(
                            "DEALLOCATE ALL", () -> client.preparedNames().deallocateAll()));
        }
        if (!name.isIdentifier()) {
            throw syntaxError(name, "DEALLOCATE name");
        }
        return client.preparedNames().deallocate(name.identifier())
                ? Optional.of(RowsPlan.command("DEALLOCATE", () -> {}))
                : Optional.empty();
    }

    private Optional<Plan> database(List<Token> tokens) {
        if (!tokens.get(1).is("DATABASE")) {
            return Optional.empty();
        }
        boolean creates = tokens.getFirst().is("CREATE");
        boolean ifExists = tokens.get(2).is("IF");
        int at = ifExists ? 4 : 2;
        if (ifExists && (creates || !tokens.get(3).is("EXISTS"))) {
            throw syntaxError(
                    tokens.get(2),
                    creates ? "CREATE DATABASE name" : "DROP DATABASE IF EXISTS name");
        }
        Token name = tokens.get(at);
        if (!name.isIdentifier()) {
            throw syntaxError(name, "a database name");
        }
        String database = name.identifier();
        return Optional.of(
                RowsPlan.command(
                        creates ? "CREATE DATABASE" : "DROP DATABASE",
                        () -> {
                            client.requireAdmin(
                                    creates
                                            ? "permission denied to create database"
                                            : "must be owner of database " + database);
                            if (client.connection().inTransaction()) {
                                throw new SqlException(
                                        SqlState.ACTIVE_TRANSACTION,
                                        (creates ? "CREATE" : "DROP")
                                                + " DATABASE cannot run inside a transaction block");
                            }
                            change(database, creates, ifExists);
                        }));
    }

    private void change(String database, boolean creates, boolean ifExists) {
        if (creates) {
            client.services().databases().create(database);
        } else if (ifExists && !client.services().databases().exists(database)) {
            client.notices()
                    .notice(
                            SqlState.SUCCESSFUL_COMPLETION,
                            "database \"" + database + "\" does not exist, skipping");
        } else {
            client.services().databases().drop(database);
        }
    }

    /** DuckDB would read and write the server's own standard streams. */
    private static Optional<Plan> copy(List<Token> tokens) {
        refuseStreams(tokens);
        return Optional.empty();
    }

    /** COPY through the connection, of plain SQL or of a RVBBIT clause. */
    static void refuseStreams(List<Token> tokens) {
        for (int at = 1; at < tokens.size(); at++) {
            boolean target = tokens.get(at - 1).isAny("TO", "FROM");
            if (target && tokens.get(at).isAny("STDIN", "STDOUT")) {
                throw unsupported(
                        tokens.get(at),
                        "COPY through the connection",
                        "use INSERT and SELECT, or COPY with a file under the server's files"
                                + " directory");
            }
        }
    }

    private static SqlException unsupported(Token token, String what, String hint) {
        SqlException error =
                new SqlException(
                                SqlState.FEATURE_NOT_SUPPORTED,
                                what + ": not supported by this version")
                        .at(token.start() + 1);
        return hint.isEmpty() ? error : error.hint(hint);
    }

    private static SqlException syntaxError(Token token, String expected) {
        String near = token.text().isEmpty() ? "end of input" : "or near \"" + token.text() + "\"";
        return new SqlException(SqlState.SYNTAX_ERROR, "syntax error at " + near)
                .at(token.start() + 1)
                .hint("expected " + expected);
    }
}
