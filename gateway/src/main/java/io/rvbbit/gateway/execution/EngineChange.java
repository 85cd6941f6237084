package io.rvbbit.gateway.execution;

import io.rvbbit.rewriter.CommandTag;
import io.rvbbit.rewriter.Lexer;
import io.rvbbit.rewriter.SqlException;
import io.rvbbit.rewriter.SqlState;
import io.rvbbit.rewriter.Token;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * A change made by one statement of the engine's, with its parameters and under its settings.
 *
 * <p>Threading: the session's thread only.
 */
final class EngineChange implements JournalEntry {
    private final ClientContext client;
    private final String text;
    private final String sql;
    private final List<String> types;
    private final List<@Nullable Object> parameters;
    private final Settings.Snapshot settings;
    private final boolean changing;
    private final Optional<KeptRows> rows;
    private @Nullable String tag;

    /**
     * @param text as the client wrote it
     * @param sql as the engine runs it
     * @param changing whether it does something else each time it runs
     * @param rows where the rows that it inserts are kept, if it does
     */
    EngineChange(
            ClientContext client,
            String text,
            String sql,
            List<String> types,
            List<@Nullable Object> parameters,
            boolean changing,
            Optional<KeptRows> rows) {
        this.client = client;
        this.text = text;
        this.sql = sql;
        this.types = List.copyOf(types);
        this.parameters = Collections.unmodifiableList(new ArrayList<>(parameters));
        this.settings = client.settings().snapshot();
        this.changing = changing;
        this.rows = rows;
    }

    /** Whether a statement does something else each time it runs. */
    static boolean isChanging(ClientContext client, String text) {
        return !defines(text) && client.volatileNames().in(text, client.connection());
    }

    /** A definition names functions without calling them. */
    private static boolean defines(String text) {
        String words = CommandTag.of(text).words();
        return words.startsWith("CREATE") || words.startsWith("DROP");
    }

    @Override
    public void completed(String newTag) {
        tag = newTag;
    }

    @Override
    public boolean defines() {
        return defines(text);
    }

    @Override
    public Optional<SqlException> obstacle(boolean defined) {
        if (!defined && rows.filter(KeptRows::isWhole).isPresent()) {
            return Optional.empty();
        }
        if (changing) {
            return Optional.of(
                    refused(
                            "cannot go back to a savepoint behind a statement whose outcome changes"
                                    + " each time it runs"));
        }
        return tag == null
                ? Optional.of(
                        refused(
                                "cannot go back to a savepoint behind a statement whose rows were"
                                        + " not all fetched"))
                : Optional.empty();
    }

    private static SqlException refused(String message) {
        return new SqlException(SqlState.FEATURE_NOT_SUPPORTED, message)
                .hint("ROLLBACK, and repeat the transaction");
    }

    /** Rows given in the statement itself hang on no others. */
    @Override
    public boolean readsTables() {
        List<Token> tokens = Lexer.tokensUpToFault(text);
        boolean given =
                CommandTag.of(text).words().equals("INSERT")
                        && tokens.stream().anyMatch(token -> token.is("VALUES"))
                        && tokens.stream()
                                .noneMatch(token -> token.isAny("SELECT", "FROM", "CONFLICT"));
        return !given && !defines(text);
    }

    @Override
    public void replay() {
        client.settings().restore(settings);
        new SettingCommands(client).applyChanged();
        if (rows.isPresent()) {
            insertAgain(rows.get());
            return;
        }
        try (var prepared = client.connection().prepare(sql, types);
                var cursor = prepared.execute(parameters)) {
            long rows = 0;
            for (var chunk = cursor.next(); chunk != null; chunk = cursor.next()) {
                rows += chunk.rows();
            }
            long counted = cursor.changedRows() >= 0 ? cursor.changedRows() : rows;
            String again = CommandTag.of(text).complete(counted);
            if (!again.equals(tag)) {
                throw different(null);
            }
        } catch (SqlException fault) {
            throw fault.state() == SqlState.SERIALIZATION_FAILURE ? fault : different(fault);
        }
    }

    private void insertAgain(KeptRows kept) {
        try {
            kept.insert(client);
        } catch (SqlException fault) {
            throw fault.state() == SqlState.SERIALIZATION_FAILURE ? fault : different(fault);
        }
    }

    private static SqlException different(@Nullable SqlException fault) {
        String message = "could not go back to the savepoint due to concurrent update";
        SqlException error =
                fault == null
                        ? new SqlException(SqlState.SERIALIZATION_FAILURE, message)
                        : new SqlException(SqlState.SERIALIZATION_FAILURE, message, fault);
        return error.hint("the transaction might succeed if retried");
    }
}
