package io.rvbbit.gateway.execution;

import io.rvbbit.gateway.access.Role;
import io.rvbbit.gateway.access.Roles;
import io.rvbbit.gateway.access.ScramVerifier;
import io.rvbbit.rewriter.SqlException;
import io.rvbbit.rewriter.SqlState;
import io.rvbbit.rewriter.Token;
import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.function.UnaryOperator;

/**
 * CREATE, ALTER and DROP of ROLE, USER and GROUP.
 *
 * <p>A password is hashed while the statement is planned; the plan knows only what came of it.
 * Roles lie outside the database, so a ROLLBACK could not undo what happened to them: inside a
 * transaction block these statements are refused. Threading: the session's thread only.
 */
final class RoleCommands {
    private static final SecureRandom RANDOM = new SecureRandom();

    private final ClientContext client;

    RoleCommands(ClientContext client) {
        this.client = client;
    }

    /** The plan of such a statement; empty for any other. */
    Optional<Plan> plan(List<Token> tokens) {
        Token kind = tokens.get(1);
        if (!kind.isAny("ROLE", "USER", "GROUP")) {
            return Optional.empty();
        }
        if (kind.is("USER") && tokens.get(2).is("MAPPING")) {
            throw unsupported(tokens.get(2), "user mappings");
        }
        Words words = new Words(tokens, 2);
        Plan plan =
                switch (tokens.getFirst().text().toUpperCase(Locale.ROOT)) {
                    case "CREATE" -> create(words, kind.is("USER"));
                    case "ALTER" -> alter(words);
                    default -> drop(words);
                };
        return Optional.of(plan);
    }

    private Plan create(Words words, boolean login) {
        String name = words.name();
        Options options = options(words);
        Role role = options.apply(new Role(name, false, login, Optional.empty(), false));
        return command(
                "CREATE ROLE",
                () -> {
                    client.requireAdmin("permission denied to create role");
                    options.tell(client);
                    roles().create(role);
                });
    }

    private Plan alter(Words words) {
        Token first = words.peek();
        if (first.is("ALL")) {
            throw unsupported(first, "ALTER ROLE ALL");
        }
        String name =
                first.isAny("CURRENT_USER", "CURRENT_ROLE", "SESSION_USER")
                        ? own(words)
                        : words.name();
        if (words.peek().isAny("RENAME", "SET", "RESET", "IN", "ADD", "DROP")) {
            throw unsupported(
                    words.peek(), "ALTER ROLE … " + words.peek().text().toUpperCase(Locale.ROOT));
        }
        Options options = options(words);
        return command(
                "ALTER ROLE",
                () -> {
                    // Everybody may change the password they log in with.
                    boolean ownPassword =
                            options.onlyPassword() && name.equals(client.identity().user());
                    if (!ownPassword) {
                        client.requireAdmin("permission denied");
                    }
                    options.tell(client);
                    roles().alter(name, options::apply);
                });
    }

    private String own(Words words) {
        words.next();
        return client.identity().user();
    }

    private Plan drop(Words words) {
        boolean ifExists = words.accept("IF");
        if (ifExists && !words.accept("EXISTS")) {
            throw syntaxError(words.peek());
        }
        List<String> names = new ArrayList<>();
        do {
            names.add(words.name());
        } while (words.acceptOperator(","));
        words.end();
        return command("DROP ROLE", () -> drop(names, ifExists));
    }

    private void drop(List<String> names, boolean ifExists) {
        client.requireAdmin("permission denied to drop role");
        List<String> there = new ArrayList<>();
        for (String name : names) {
            if (name.equals(client.identity().user())) {
                throw new SqlException(SqlState.OBJECT_IN_USE, "current user cannot be dropped");
            }
            if (ifExists && roles().find(name).isEmpty()) {
                client.notices()
                        .notice(
                                SqlState.SUCCESSFUL_COMPLETION,
                                "role \"" + name + "\" does not exist, skipping");
            } else {
                there.add(name);
            }
        }
        roles().drop(there);
    }

    private Roles roles() {
        return client.services().roles();
    }

    private Plan command(String tag, Runnable action) {
        return RowsPlan.command(
                tag,
                () -> {
                    if (client.connection().inTransaction()) {
                        throw new SqlException(
                                        SqlState.ACTIVE_TRANSACTION,
                                        tag + " cannot run inside a transaction block")
                                .hint("roles are not part of a database: send it on its own");
                    }
                    action.run();
                    client.tellRoles();
                });
    }

    /** What a statement says of a role; empty where it says nothing. */
    private record Options(
            Optional<Boolean> admin,
            Optional<Boolean> login,
            boolean password,
            boolean emptyPassword,
            Optional<ScramVerifier> verifier) {

        Role apply(Role role) {
            UnaryOperator<Role> withPassword =
                    given -> password ? given.withVerifier(verifier) : given;
            return withPassword.apply(
                    role.withAdmin(admin.orElse(role.admin()))
                            .withLogin(login.orElse(role.login())));
        }

        boolean onlyPassword() {
            return password && admin.isEmpty() && login.isEmpty();
        }

        void tell(ClientContext client) {
            if (emptyPassword) {
                client.notices()
                        .notice(
                                SqlState.SUCCESSFUL_COMPLETION,
                                "empty string is not a valid password, clearing password");
            }
        }
    }

    private static Options options(Words words) {
        boolean with = words.accept("WITH");
        Optional<Boolean> admin = Optional.empty();
        Optional<Boolean> login = Optional.empty();
        boolean password = false;
        boolean empty = false;
        Optional<ScramVerifier> verifier = Optional.empty();
        if (with && words.peek().isEnd()) {
            throw syntaxError(words.peek());
        }
        while (!words.peek().isEnd()) {
            Token option = words.next();
            switch (option.text().toUpperCase(Locale.ROOT)) {
                case "SUPERUSER", "NOSUPERUSER" ->
                        admin = once(option, admin, option.is("SUPERUSER"));
                case "LOGIN", "NOLOGIN" -> login = once(option, login, option.is("LOGIN"));
                case "ENCRYPTED", "PASSWORD" -> {
                    if (option.is("ENCRYPTED") && !words.accept("PASSWORD")) {
                        throw syntaxError(words.peek());
                    }
                    if (password) {
                        throw conflicting(option);
                    }
                    password = true;
                    if (!words.accept("NULL")) {
                        String text = words.string();
                        empty = text.isEmpty();
                        verifier = empty ? Optional.empty() : Optional.of(verifier(option, text));
                    }
                }
                // What every role here is anyway.
                case "INHERIT", "NOCREATEDB", "NOCREATEROLE", "NOREPLICATION", "NOBYPASSRLS" -> {}
                case "CREATEDB", "CREATEROLE" ->
                        throw unsupported(option, option.text().toUpperCase(Locale.ROOT))
                                .hint("SUPERUSER may make databases and roles");
                case "NOINHERIT",
                        "REPLICATION",
                        "BYPASSRLS",
                        "CONNECTION",
                        "VALID",
                        "IN",
                        "ROLE",
                        "ADMIN",
                        "USER",
                        "SYSID",
                        "UNENCRYPTED" ->
                        throw unsupported(
                                option, "role option " + option.text().toUpperCase(Locale.ROOT));
                default -> throw syntaxError(option);
            }
        }
        return new Options(admin, login, password, empty, verifier);
    }

    private static Optional<Boolean> once(Token option, Optional<Boolean> before, boolean value) {
        if (before.isPresent()) {
            throw conflicting(option);
        }
        return Optional.of(value);
    }

    private static ScramVerifier verifier(Token option, String text) {
        if (text.startsWith("SCRAM-SHA-256$")) {
            Optional<ScramVerifier> ready = ScramVerifier.parse(text);
            if (ready.isPresent()) {
                return ready.get();
            }
        }
        if (text.matches("md5[0-9a-f]{32}")) {
            throw unsupported(option, "an MD5 password")
                    .hint("give the password itself, or its SCRAM-SHA-256 verifier");
        }
        return ScramVerifier.of(text, RANDOM);
    }

    private static SqlException conflicting(Token option) {
        return new SqlException(SqlState.SYNTAX_ERROR, "conflicting or redundant options")
                .at(option.start() + 1);
    }

    private static SqlException unsupported(Token token, String what) {
        return new SqlException(
                        SqlState.FEATURE_NOT_SUPPORTED, what + ": not supported by this version")
                .at(token.start() + 1);
    }

    /** A string is not repeated: it may be a password. */
    private static SqlException syntaxError(Token token) {
        String near =
                token.isEnd()
                        ? "at end of input"
                        : "at or near "
                                + (token.isString() ? "a string" : '"' + token.text() + '"');
        return new SqlException(SqlState.SYNTAX_ERROR, "syntax error " + near)
                .at(token.start() + 1);
    }

    /** The statement's words from front to back. */
    private static final class Words {
        private final List<Token> tokens;
        private int at;

        Words(List<Token> tokens, int at) {
            this.tokens = tokens;
            this.at = at;
        }

        Token peek() {
            Token token = tokens.get(Math.min(at, tokens.size() - 1));
            // The semicolon ends the statement as its end does.
            return token.isOperator(";") ? tokens.getLast() : token;
        }

        Token next() {
            Token token = peek();
            at++;
            return token;
        }

        boolean accept(String word) {
            boolean there = peek().is(word);
            at += there ? 1 : 0;
            return there;
        }

        boolean acceptOperator(String operator) {
            boolean there = peek().isOperator(operator);
            at += there ? 1 : 0;
            return there;
        }

        String name() {
            Token token = next();
            if (!token.isIdentifier() || token.isAny("IF", "WITH")) {
                throw syntaxError(token);
            }
            return token.identifier();
        }

        String string() {
            Token token = next();
            if (!token.isString()) {
                throw syntaxError(token);
            }
            return token.string();
        }

        void end() {
            if (!peek().isEnd()) {
                throw syntaxError(peek());
            }
        }
    }
}
