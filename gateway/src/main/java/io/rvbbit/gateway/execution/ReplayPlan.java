package io.rvbbit.gateway.execution;

import io.rvbbit.gateway.engine.Column;
import io.rvbbit.gateway.engine.EnginePrepared;
import io.rvbbit.gateway.engine.RowStage;
import io.rvbbit.rewriter.CascadeCall;
import io.rvbbit.rewriter.CommandTag;
import io.rvbbit.rewriter.CopyParser;
import io.rvbbit.rewriter.CopyStatement;
import io.rvbbit.rewriter.ReplayedCall;
import io.rvbbit.rewriter.Rewritten;
import io.rvbbit.rewriter.Script;
import io.rvbbit.rewriter.SqlException;
import io.rvbbit.rewriter.SqlState;
import io.rvbbit.rewriter.Statement;
import io.rvbbit.rewriter.Statement.CascadeStatement;
import io.rvbbit.rewriter.Statement.ExplainStatement;
import io.rvbbit.rewriter.Statement.ReplayStatement;
import io.rvbbit.rewriter.StatementParser;
import io.rvbbit.udf.JournalHead;
import io.rvbbit.udf.JournalHead.InputColumn;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * REPLAY: the rows of a stored statement's MAP, answered anew under a caller of their own, with
 * their old answers beside.
 *
 * <p>Rows come from the statement's journal, so that its tables may have changed or gone; cascade
 * and model are those of today. Threading: the session's thread only.
 */
final class ReplayPlan implements AccountedPlan {
    /** What JSON does not hold exactly, or the engine does not read from it. */
    private static final Pattern INEXACT =
            Pattern.compile(
                    "\\b(VARIANT|GEOMETRY|BIGNUM)\\b|BLOB.|.BLOB|MAP\\((STRUCT|MAP)\\("
                            + "|\\b(JSON|UNION)\\b.*DECIMAL|DECIMAL.*\\b(JSON|UNION)\\b");

    private final ClientContext client;
    private final CascadePlanner planner;
    private final String text;
    private final JournalHead head;
    private final List<InputColumn> inputs;
    private final CascadeCall call;
    private final List<Column> columns;

    private ReplayPlan(
            ClientContext client,
            CascadePlanner planner,
            String text,
            JournalHead head,
            List<InputColumn> inputs,
            CascadeCall call) {
        this.client = client;
        this.planner = planner;
        this.text = text;
        this.head = head;
        this.inputs = inputs;
        this.call = call;
        String sql = replayed(checked()).described(CascadePlanner.NO_CALLER);
        try (EnginePrepared prepared =
                client.connection()
                        .prepare(
                                ClientQuery.engineText(client, sql), List.of("BIGINT", "BIGINT"))) {
            this.columns = prepared.columns();
        } catch (SqlException e) {
            throw new SqlException(
                            SqlState.OBJECT_NOT_IN_PREREQUISITE_STATE,
                            "the rows of \""
                                    + head.caller()
                                    + "\" cannot be read again: "
                                    + e.getMessage())
                    .hint("the types of their columns must still be there");
        }
    }

    /**
     * @throws SqlException 42704 for a caller without a journal, 42501 for somebody else's, 0A000
     *     for a statement that is not one MAP, 55000 if what it needs is not there any more
     */
    static Plan of(ClientContext client, CascadePlanner planner, ReplayStatement statement) {
        StoredStatement stored = StoredStatement.of(client, statement.callerId());
        JournalHead head = stored.head();
        CascadeCall call = call(client, head).replayed(statement.options());
        List<InputColumn> inputs = head.inputs();
        if (inputs == null) {
            throw new SqlException(
                            SqlState.OBJECT_NOT_IN_PREREQUISITE_STATE,
                            "the journal of \""
                                    + head.caller()
                                    + "\" was written by an earlier"
                                    + " version, which kept no types of columns")
                    .hint("run the statement again");
        }
        inputs.forEach(ReplayPlan::checkExact);
        return StoredSettings.under(
                client,
                settings(head),
                () -> new ReplayPlan(client, planner, statement.text(), head, inputs, call));
    }

    /** The one MAP of the statement; of one that is a REPLAY itself, what that one asked. */
    private static CascadeCall call(ClientContext client, JournalHead head) {
        Statement statement = parsed(head);
        return switch (statement instanceof ExplainStatement run ? run.explained() : statement) {
            case CascadeStatement cascade when isMap(cascade) -> cascade.calls().getFirst();
            case CascadeStatement cascade when cascade.calls().size() == 1 ->
                    throw unsupported(
                            "a RUN", "only its answer is kept, not its rows: run it again");
            case CascadeStatement _ ->
                    throw unsupported(
                            "a statement with several RVBBIT clauses",
                            "replay statements that have one MAP");
            case ReplayStatement replay -> {
                StoredStatement replayed = StoredStatement.of(client, replay.callerId());
                yield call(client, replayed.head()).replayed(replay.options());
            }
            case Statement _ ->
                    throw unsupported(
                            "function calls",
                            "only RVBBIT MAP keeps its rows: run the statement again");
        };
    }

    private static boolean isMap(CascadeStatement statement) {
        return statement.calls().size() == 1
                && statement.calls().getFirst().verb() == CascadeCall.Verb.MAP;
    }

    private static Statement parsed(JournalHead head) {
        Script.Part part = new Script.Part(head.statement(), 0);
        return CopyParser.parse(part)
                .filter(CopyStatement.QueryToClient.class::isInstance)
                .map(CopyStatement.QueryToClient.class::cast)
                .map(copy -> StatementParser.parse(copy.query()))
                .orElseGet(() -> StatementParser.parse(part));
    }

    private static SqlException unsupported(String what, String hint) {
        return new SqlException(
                        SqlState.FEATURE_NOT_SUPPORTED,
                        "RVBBIT REPLAY of " + what + " is not supported")
                .hint(hint);
    }

    private static void checkExact(InputColumn column) {
        if (INEXACT.matcher(column.type()).find()) {
            throw new SqlException(
                            SqlState.FEATURE_NOT_SUPPORTED,
                            "RVBBIT REPLAY of a column of type %s is not supported: \"%s\""
                                    .formatted(column.type(), column.name()))
                    .hint("cast it to text in the statement's query");
        }
    }

    /** Those of the first run; what may be spent is up to the session that spends it. */
    private static Map<String, String> settings(JournalHead head) {
        Map<String, String> stored = new LinkedHashMap<>(head.settings());
        stored.remove(Settings.BUDGET);
        return stored;
    }

    private CascadePlanner.Calls checked() {
        try {
            return planner.replayed(call, inputs);
        } catch (SqlException e) {
            // Places in the stored text are not the client's.
            throw e.at(0);
        }
    }

    private ReplayedCall replayed(CascadePlanner.Calls calls) {
        return new ReplayedCall(
                call,
                inputs.stream()
                        .map(column -> new ReplayedCall.Input(column.name(), column.type()))
                        .toList(),
                calls.shapes().getFirst());
    }

    @Override
    public AccountedStatement accounted() {
        CascadePlanner.Calls calls = checked();
        ReplayedStatement statement =
                new ReplayedStatement(client, head, replayed(calls), calls.bounds().getFirst());
        return new AccountedStatement(
                text,
                "rvbbit_replay",
                CommandTag.of(text),
                calls.specs(),
                calls.bounds(),
                calls.budgetDollars(),
                Objects.requireNonNullElseGet(
                        call.options().parallel(), client.settings()::parallel),
                List.of(),
                _ -> new Rewritten("", List.of()),
                caller -> Optional.of(statement.streamed(caller, RowStage.TABLE)),
                (_, _) -> Optional.empty(),
                failure -> failure.at(0),
                false,
                inputs,
                statement,
                List.of());
    }

    @Override
    public List<Column> columns() {
        return columns;
    }

    @Override
    public Role role() {
        return Role.READS;
    }

    @Override
    public boolean spends() {
        return true;
    }

    @Override
    public Optional<JournalEntry> journal(List<@Nullable Object> parameters) {
        return Optional.of(UnrepeatableChange.paid());
    }

    @Override
    public Execution start(List<@Nullable Object> parameters, Cancellation cancellation) {
        return StoredSettings.under(
                client,
                settings(head),
                () -> {
                    AccountedStatement ready;
                    try {
                        ready = accounted();
                    } catch (SqlException e) {
                        StatementBooks.refused(client, text, e);
                        throw e;
                    }
                    return AccountedExecution.start(client, ready, List.of(), cancellation);
                });
    }
}
