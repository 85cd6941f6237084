package io.rvbbit.gateway.engine;

import io.rvbbit.rewriter.Lexer;
import io.rvbbit.rewriter.SqlException;
import io.rvbbit.rewriter.SqlState;
import io.rvbbit.rewriter.SqlText;
import io.rvbbit.rewriter.Token;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Supplier;
import java.util.regex.Pattern;
import org.duckdb.DuckDBConnection;
import org.duckdb.RawDriver;
import org.jspecify.annotations.Nullable;

/**
 * A client's connection, read through the raw driver.
 *
 * <p>DuckDB ends an open stream without a word when its connection gets another statement. So the
 * connection knows its stream, and moves the rows that are left into a store of their own first.
 * Threading: the session's thread only, except {@link #interrupt}.
 */
final class RawConnection implements EngineConnection {
    private static final Pattern TOKEN = Pattern.compile("[0-9a-f]{32}");

    private final DuckDbInstance instance;
    private final DuckDBConnection connection;
    private final StatementPreparer preparer;
    private final Set<RawPrepared> open = new LinkedHashSet<>();
    private final CatalogStage catalog;
    private @Nullable RawCursor stream;
    private final String booksKey;
    private volatile String searchPath;
    private String caller = "";
    private boolean closed;
    private boolean telling;

    /** Takes the connection over and sets its search path and its key to the books. */
    RawConnection(
            DuckDbInstance instance,
            DuckDBConnection connection,
            String searchPath,
            String booksKey) {
        this.instance = instance;
        this.connection = connection;
        this.preparer = new StatementPreparer(connection);
        this.searchPath = searchPath;
        this.booksKey = booksKey;
        this.catalog = instance.stages().open(this, instance.definitions());
        try {
            run(
                    "SET SESSION streaming_buffer_size = "
                            + SqlText.literal(instance.streamingBuffer()));
            run("SET SESSION search_path = " + SqlText.literal(searchPath));
            tell(BookKeys.VARIABLE, SqlText.literal(booksKey));
            tell(CatalogStages.VARIABLE, catalog.number() + "::BIGINT");
        } catch (RuntimeException fault) {
            instance.stages().close(catalog);
            throw fault;
        }
    }

    @Override
    public EnginePrepared prepare(String sql, List<String> parameterTypes) {
        List<Token> tokens = Lexer.tokens(sql);
        instance.guard().check(tokens, sql);
        return prepareOurs(resetsSearchPath(tokens) ? defaultSearchPath() : sql, parameterTypes);
    }

    // DuckDB's own default knows neither our schemas nor the books.
    private static boolean resetsSearchPath(List<Token> tokens) {
        int name = tokens.get(1).is("SESSION") ? 2 : 1;
        return tokens.getFirst().is("RESET") && tokens.get(name).isAny("search_path", "schema");
    }

    private String defaultSearchPath() {
        return "SET SESSION search_path = "
                + SqlText.literal(SearchPath.ofDatabase(instance.name()));
    }

    /** Prepares a statement of our own, which may do what a client's may not. */
    RawPrepared prepareOurs(String sql, List<String> parameterTypes) {
        checkOpen();
        freeStream();
        return opened(sql, () -> preparer.prepare(sql, parameterTypes));
    }

    /** Prepares a checked statement again, with these types of parameters and no others. */
    RawPrepared prepareExactly(String sql, List<String> parameterTypes) {
        checkOpen();
        freeStream();
        return opened(sql, () -> preparer.prepareExactly(sql, parameterTypes));
    }

    private RawPrepared opened(String sql, Supplier<Preparation> work) {
        catalog.takeNeeds();
        Preparation preparation = work.get();
        RawPrepared prepared = new RawPrepared(this, sql, preparation, catalog.takeNeeds());
        open.add(prepared);
        return prepared;
    }

    /** Runs a statement of our own to its end. */
    void run(String sql) {
        try (RawPrepared prepared = prepareOurs(sql, List.of());
                ResultCursor cursor = prepared.execute(List.of())) {
            Chunk chunk = cursor.next();
            while (chunk != null) {
                chunk = cursor.next();
            }
        }
    }

    /** Sets a variable of ours, which changes nothing else about the connection. */
    private void tell(String name, String expression) {
        telling = true;
        try {
            run("SET VARIABLE " + SqlText.identifier(name) + " = " + expression);
        } finally {
            telling = false;
        }
    }

    @Override
    public void setCaller(String token) {
        if (token.equals(caller)) {
            return;
        }
        if (!token.isEmpty() && !TOKEN.matcher(token).matches()) {
            throw new IllegalArgumentException("a caller's token is 32 hexadecimal digits");
        }
        try {
            tell("_rvbbit_caller", SqlText.literal(token));
            caller = token;
        } catch (SqlException fault) {
            // An aborted transaction refuses this as it will refuse the client's own statement.
            if (fault.state() != SqlState.IN_FAILED_TRANSACTION) {
                throw fault;
            }
        }
    }

    @Override
    public void setVariable(String name, String expression) {
        try {
            tell(name, expression);
        } catch (SqlException fault) {
            // An aborted transaction takes no statement but its end; the old value stays.
            if (fault.state() != SqlState.IN_FAILED_TRANSACTION) {
                throw fault;
            }
        }
    }

    @Override
    public RowLoad load(List<Column> columns, String insert, String query) {
        return RowLoad.begin(
                this,
                columns.stream().map(Column::type).map(RowLoad::carrier).toList(),
                insert,
                query);
    }

    @Override
    public void interrupt() {
        try {
            RawDriver.interrupt(connection);
        } catch (SQLException fault) {
            throw DuckDbErrors.internal(fault);
        }
    }

    @Override
    public boolean inTransaction() {
        checkOpen();
        try {
            return RawDriver.inTransaction(connection);
        } catch (SQLException fault) {
            throw DuckDbErrors.internal(fault);
        }
    }

    @Override
    public void checkSyntax(String sql) {
        // A connection of its own: a fault in the binder must not end the client's transaction.
        try (Connection bare = connection.duplicate()) {
            RawDriver.release(RawDriver.prepare(bare, sql));
        } catch (SQLException fault) {
            DuckDbErrors.syntaxError(
                            String.valueOf(fault.getMessage()),
                            Placeholders.in(sql).with(List.of())::position)
                    .ifPresent(error -> {
                        throw error;
                    });
        }
    }

    @Override
    public AtomicLong changes() {
        return instance.changes();
    }

    @Override
    public SerialWriters serialWriters() {
        return instance.serialWriters();
    }

    @Override
    public EngineConnection sibling() {
        return openSibling();
    }

    RawConnection openSibling() {
        return instance.connect(SearchPath.withoutDialect(searchPath), booksKey);
    }

    @Override
    public String database() {
        return instance.name();
    }

    DuckDBConnection jdbc() {
        return connection;
    }

    void streamStarted(RawCursor cursor) {
        stream = cursor;
    }

    @Override
    public void rests() {
        if (stream == null) {
            catalog.rests();
        }
    }

    void streamEnded(RawCursor cursor) {
        if (stream == cursor) {
            stream = null;
        }
    }

    /** Makes room for another statement: the open stream's rest is read and kept aside. */
    void freeStream() {
        RawCursor running = stream;
        if (running != null) {
            running.park();
            stream = null;
        }
    }

    void forget(RawPrepared prepared) {
        open.remove(prepared);
    }

    /** Learns what the statement may have changed about the connection. */
    void afterStatement(String firstWord) {
        if (telling) {
            return;
        }
        switch (firstWord.toUpperCase(Locale.ROOT)) {
            case "SELECT", "WITH", "VALUES", "FROM", "TABLE", "SHOW", "DESCRIBE" -> {}
            case "BEGIN", "START" -> catalog.begins();
            case "COMMIT", "END" -> catalog.ends(true);
            case "ROLLBACK", "ABORT" -> catalog.ends(false);
            // The number of rows is part of what the catalogue says.
            case "INSERT", "UPDATE", "DELETE", "MERGE", "TRUNCATE" -> catalog.outdated();
            case "SET", "RESET", "USE" -> readSearchPath();
            default -> catalog.defined(inTransaction());
        }
    }

    private void readSearchPath() {
        try (var statement = connection.prepareStatement("SELECT current_setting('search_path')");
                var rows = statement.executeQuery()) {
            if (rows.next()) {
                String path = SearchPath.quoted(rows.getString(1));
                if (!path.equals(searchPath)) {
                    searchPath = path;
                    catalog.outdated();
                }
            }
        } catch (SQLException fault) {
            // In an aborted transaction nothing was changed, and ROLLBACK is what comes next.
            SqlException translated = DuckDbErrors.translate(fault);
            if (translated.state() != SqlState.IN_FAILED_TRANSACTION) {
                throw translated;
            }
        }
    }

    /** What the connection holds of the catalogue. */
    CatalogStage catalog() {
        return catalog;
    }

    private void checkOpen() {
        if (closed) {
            throw new IllegalStateException("this connection is closed");
        }
    }

    @Override
    public void close() {
        if (closed) {
            return;
        }
        closed = true;
        instance.stages().close(catalog);
        RawCursor running = stream;
        if (running != null) {
            running.close();
        }
        for (RawPrepared prepared : new ArrayList<>(open)) {
            prepared.close();
        }
        try {
            connection.close();
        } catch (SQLException fault) {
            throw DuckDbErrors.internal(fault);
        } finally {
            instance.disconnected();
        }
    }
}
