package io.rvbbit.gateway.execution;

import io.rvbbit.rewriter.SqlException;
import io.rvbbit.rewriter.SqlState;
import io.rvbbit.rewriter.Token;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/**
 * BEGIN, COMMIT, ROLLBACK, savepoints and SET TRANSACTION. Threading: the session's thread only.
 */
final class TransactionCommands {
    private final ClientContext client;

    TransactionCommands(ClientContext client) {
        this.client = client;
    }

    Optional<Plan> plan(List<Token> tokens) {
        return switch (tokens.getFirst().text().toUpperCase(Locale.ROOT)) {
            case "BEGIN", "START" -> Optional.of(begin(new Words(tokens)));
            case "COMMIT", "END" -> Optional.of(end(new Words(tokens), true));
            case "ROLLBACK", "ABORT" -> Optional.of(end(new Words(tokens), false));
            case "SAVEPOINT" -> Optional.of(savepoint(new Words(tokens)));
            case "RELEASE" -> Optional.of(release(new Words(tokens)));
            case "PREPARE" ->
                    tokens.get(1).is("TRANSACTION")
                            ? Optional.of(prepareTransaction(new Words(tokens)))
                            : Optional.empty();
            default -> Optional.empty();
        };
    }

    private Plan begin(Words words) {
        boolean start = words.next().is("START");
        if (start) {
            words.expect("TRANSACTION");
        } else if (!words.accept("TRANSACTION")) {
            words.accept("WORK");
        }
        ModeList modes = modes(words);
        return new ControlPlan(
                Plan.Role.CONTROL,
                cancellation -> {
                    Transaction transaction = client.transaction();
                    transaction.begin(
                            modes.isEmpty()
                                    ? Optional.empty()
                                    : Optional.of(
                                            modes.over(
                                                    TransactionModes.ofDefaults(
                                                            client.settings()))),
                            cancellation);
                    return start ? "START TRANSACTION" : "BEGIN";
                });
    }

    /** SET TRANSACTION …; the words before the modes have been read. */
    Plan change(Words words) {
        if (words.peek().is("SNAPSHOT")) {
            throw unsupported(words.peek(), "SET TRANSACTION SNAPSHOT");
        }
        ModeList modes = modes(words);
        if (modes.isEmpty()) {
            throw words.unexpected("ISOLATION LEVEL …, READ ONLY or READ WRITE");
        }
        return new ControlPlan(
                Plan.Role.CONTROL,
                cancellation -> {
                    Transaction transaction = client.transaction();
                    transaction.change(modes.over(transaction.modes()), cancellation);
                    return "SET";
                });
    }

    /** SET SESSION CHARACTERISTICS AS TRANSACTION …; likewise. */
    Plan characteristics(Words words) {
        ModeList modes = modes(words);
        if (modes.isEmpty()) {
            throw words.unexpected("ISOLATION LEVEL …, READ ONLY or READ WRITE");
        }
        return RowsPlan.command(
                "SET",
                () -> {
                    Settings settings = client.settings();
                    modes.isolation()
                            .ifPresent(
                                    level -> settings.set("default_transaction_isolation", level));
                    modes.readOnly()
                            .ifPresent(only ->
                                    settings.set("default_transaction_read_only", word(only)));
                    modes.deferrable()
                            .ifPresent(deferrable ->
                                    settings.set(
                                            "default_transaction_deferrable", word(deferrable)));
                });
    }

    private static String word(boolean on) {
        return on ? "on" : "off";
    }

    private Plan end(Words words, boolean commits) {
        words.next();
        Token second = words.peek();
        if (second.is("PREPARED")) {
            return secondPhase(words, commits ? "COMMIT PREPARED" : "ROLLBACK PREPARED");
        }
        if (!words.accept("WORK")) {
            words.accept("TRANSACTION");
        }
        if (!commits && words.accept("TO")) {
            words.accept("SAVEPOINT");
            String name = words.name();
            words.end();
            return new ControlPlan(
                    Plan.Role.EXIT,
                    _ -> {
                        client.transaction().rollbackTo(name);
                        return "ROLLBACK";
                    });
        }
        boolean chain = false;
        if (words.accept("AND")) {
            chain = !words.accept("NO");
            words.expect("CHAIN");
        }
        words.end();
        boolean chains = chain;
        return new ControlPlan(
                Plan.Role.EXIT,
                cancellation ->
                        commits
                                ? client.transaction().commit(chains, cancellation)
                                : client.transaction().rollback(chains, cancellation));
    }

    private Plan savepoint(Words words) {
        words.next();
        String name = words.name();
        words.end();
        return new ControlPlan(
                Plan.Role.CONTROL,
                _ -> {
                    client.transaction().savepoint(name);
                    return "SAVEPOINT";
                });
    }

    private Plan release(Words words) {
        words.next();
        words.accept("SAVEPOINT");
        String name = words.name();
        words.end();
        return new ControlPlan(
                Plan.Role.CONTROL,
                _ -> {
                    client.transaction().release(name);
                    return "RELEASE";
                });
    }

    /** As a PostgreSQL server answers that has no prepared transactions, which is the default. */
    private Plan prepareTransaction(Words words) {
        words.next();
        words.next();
        if (!words.next().isString()) {
            throw words.unexpected("a name in single quotes");
        }
        words.end();
        return new ControlPlan(
                Plan.Role.EXIT, cancellation -> client.transaction().prepare(cancellation));
    }

    private static Plan secondPhase(Words words, String what) {
        words.next();
        Token name = words.next();
        if (!name.isString()) {
            throw words.unexpected("a name in single quotes");
        }
        words.end();
        return RowsPlan.command(
                what,
                Plan.Role.ALONE,
                () -> {
                    throw new SqlException(
                            SqlState.UNDEFINED_OBJECT,
                            "prepared transaction with identifier \"%s\" does not exist"
                                    .formatted(name.string()));
                });
    }

    private static SqlException unsupported(Token token, String what) {
        return new SqlException(
                        SqlState.FEATURE_NOT_SUPPORTED, what + ": not supported by this version")
                .at(token.start() + 1);
    }

    private static ModeList modes(Words words) {
        ModeList modes = new ModeList(Optional.empty(), Optional.empty(), Optional.empty());
        while (!words.isEnd()) {
            if (words.accept("ISOLATION")) {
                words.expect("LEVEL");
                modes = modes.withIsolation(level(words));
            } else if (words.accept("READ")) {
                boolean only = words.accept("ONLY");
                if (!only) {
                    words.expect("WRITE");
                }
                modes = modes.withReadOnly(only);
            } else {
                boolean not = words.accept("NOT");
                words.expect("DEFERRABLE");
                modes = modes.withDeferrable(!not);
            }
            if (words.acceptOperator(",") && words.isEnd()) {
                throw words.unexpected("a transaction mode");
            }
        }
        return modes;
    }

    private static String level(Words words) {
        if (words.accept("SERIALIZABLE")) {
            return TransactionModes.SERIALIZABLE;
        }
        if (words.accept("REPEATABLE")) {
            words.expect("READ");
            return "repeatable read";
        }
        words.expect("READ");
        if (words.accept("COMMITTED")) {
            return "read committed";
        }
        words.expect("UNCOMMITTED");
        return "read uncommitted";
    }

    /** The modes that a statement names. */
    private record ModeList(
            Optional<String> isolation, Optional<Boolean> readOnly, Optional<Boolean> deferrable) {
        boolean isEmpty() {
            return isolation.isEmpty() && readOnly.isEmpty() && deferrable.isEmpty();
        }

        ModeList withIsolation(String level) {
            return new ModeList(Optional.of(level), readOnly, deferrable);
        }

        ModeList withReadOnly(boolean only) {
            return new ModeList(isolation, Optional.of(only), deferrable);
        }

        ModeList withDeferrable(boolean waits) {
            return new ModeList(isolation, readOnly, Optional.of(waits));
        }

        TransactionModes over(TransactionModes unsaid) {
            return new TransactionModes(
                    isolation.orElse(unsaid.isolation()),
                    readOnly.orElse(unsaid.readOnly()),
                    deferrable.orElse(unsaid.deferrable()));
        }
    }
}
