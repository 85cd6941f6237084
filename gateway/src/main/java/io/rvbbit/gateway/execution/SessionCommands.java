package io.rvbbit.gateway.execution;

import io.rvbbit.rewriter.Lexer;
import io.rvbbit.rewriter.Script;
import io.rvbbit.rewriter.SqlException;
import io.rvbbit.rewriter.SqlState;
import io.rvbbit.rewriter.Statement.PlainStatement;
import io.rvbbit.rewriter.Token;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.function.BiFunction;

/**
 * The statements that the session answers itself: transactions, cursors, prepared names, databases,
 * and what DuckDB would misunderstand.
 *
 * <p>Threading: the session's thread only.
 */
final class SessionCommands {
    private final ClientContext client;
    private final SettingCommands settings;
    private final TransactionCommands transactions;
    private final CursorCommands cursors;
    private final PreparedCommands prepared;
    private final RoleCommands roles;

    /**
     * @param queries plans the query of a DECLARE
     */
    SessionCommands(ClientContext client, BiFunction<Script.Part, List<String>, Plan> queries) {
        this.client = client;
        this.transactions = new TransactionCommands(client);
        this.settings = new SettingCommands(client);
        this.cursors = new CursorCommands(client, queries);
        this.prepared = new PreparedCommands(client);
        this.roles = new RoleCommands(client);
    }

    /** The plan of such a statement; empty for one that is the engine's. */
    Optional<Plan> plan(PlainStatement statement, List<String> parameterTypes) {
        List<Token> tokens = Lexer.tokens(statement.text());
        Token first = tokens.getFirst();
        if (first.kind() != Token.Kind.WORD) {
            return Optional.empty();
        }
        String text = statement.text();
        int offset = statement.offset();
        try {
            return switch (first.text().toUpperCase(Locale.ROOT)) {
                case "SET", "RESET", "SHOW" -> settings.plan(tokens);
                case "BEGIN",
                        "START",
                        "COMMIT",
                        "END",
                        "ROLLBACK",
                        "ABORT",
                        "SAVEPOINT",
                        "RELEASE" ->
                        transactions.plan(tokens);
                case "PREPARE" ->
                        transactions
                                .plan(tokens)
                                .or(() -> Optional.of(prepared.prepare(text, offset, tokens)));
                case "EXECUTE" -> Optional.of(prepared.execute(text, offset, tokens));
                case "DEALLOCATE" -> Optional.of(prepared.deallocate(tokens));
                case "DECLARE" -> Optional.of(cursors.declare(text, 0, tokens, parameterTypes));
                case "FETCH", "MOVE" -> Optional.of(cursors.move(tokens));
                case "CLOSE" -> Optional.of(cursors.close(tokens));
                case "DISCARD" -> Optional.of(discard(tokens));
                case "CREATE", "DROP" -> roles.plan(tokens).or(() -> database(tokens));
                case "ALTER" -> roles.plan(tokens);
                case "LISTEN", "NOTIFY" ->
                        throw unsupported(first, "asynchronous notifications", "");
                case "UNLISTEN" -> Optional.of(RowsPlan.command("UNLISTEN", () -> {}));
                default -> Optional.empty();
            };
        } catch (SqlException e) {
            throw e.shifted(statement.offset());
        }
    }

    private Plan discard(List<Token> tokens) {
        String what = tokens.get(1).text().toUpperCase(Locale.ROOT);
        return switch (what) {
            case "ALL" -> RowsPlan.command("DISCARD ALL", Plan.Role.ALONE, this::discardAll);
            case "TEMP", "TEMPORARY" ->
                    RowsPlan.command("DISCARD TEMP", () -> TemporaryObjects.dropAll(client));
            case "PLANS", "SEQUENCES" -> RowsPlan.command("DISCARD " + what, () -> {});
            default ->
                    throw Words.unexpected(tokens.get(1), "DISCARD ALL, PLANS, SEQUENCES or TEMP");
        };
    }

    private void discardAll() {
        client.cursors().closeAll();
        client.preparedNames().deallocateAll();
        client.settings().resetAll();
        settings.applyChanged();
        TemporaryObjects.dropAll(client);
    }

    private Optional<Plan> database(List<Token> tokens) {
        if (!tokens.get(1).is("DATABASE")) {
            return Optional.empty();
        }
        boolean creates = tokens.getFirst().is("CREATE");
        boolean ifExists = tokens.get(2).is("IF");
        int at = ifExists ? 4 : 2;
        if (ifExists && (creates || !tokens.get(3).is("EXISTS"))) {
            throw Words.unexpected(
                    tokens.get(2),
                    creates ? "CREATE DATABASE name" : "DROP DATABASE IF EXISTS name");
        }
        Token name = tokens.get(at);
        if (!name.isIdentifier()) {
            throw Words.unexpected(name, "a database name");
        }
        String database = name.identifier();
        return Optional.of(
                RowsPlan.command(
                        creates ? "CREATE DATABASE" : "DROP DATABASE",
                        Plan.Role.ALONE,
                        () -> {
                            client.requireAdmin(
                                    creates
                                            ? "permission denied to create database"
                                            : "must be owner of database " + database);
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

    private static SqlException unsupported(Token token, String what, String hint) {
        SqlException error =
                new SqlException(
                                SqlState.FEATURE_NOT_SUPPORTED,
                                what + ": not supported by this version")
                        .at(token.start() + 1);
        return hint.isEmpty() ? error : error.hint(hint);
    }
}
