package io.rvbbit.gateway.session;

import io.rvbbit.gateway.dialect.ParameterCasts;
import io.rvbbit.gateway.execution.AssignedParameters;
import io.rvbbit.gateway.execution.ClientContext;
import io.rvbbit.gateway.execution.Plan;
import io.rvbbit.gateway.execution.PreparedNames;
import io.rvbbit.gateway.execution.StatementPlanner;
import io.rvbbit.gateway.execution.Transaction;
import io.rvbbit.gateway.wire.PgType;
import io.rvbbit.rewriter.CommandTag;
import io.rvbbit.rewriter.Script;
import io.rvbbit.rewriter.SqlException;
import io.rvbbit.rewriter.SqlState;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * The session's statements by name: those that Parse makes and those that PREPARE makes are one
 * set.
 *
 * <p>Threading: the session's thread only.
 */
final class Statements implements PreparedNames, AutoCloseable {
    private static final int TEXT = PgType.TEXT.oid();
    private static final int VARCHAR = PgType.VARCHAR.oid();

    private final Map<String, Prepared> named = new LinkedHashMap<>();
    private @Nullable ClientContext client;
    private @Nullable StatementPlanner planner;

    void begin(ClientContext newClient) {
        client = newClient;
        planner = new StatementPlanner(newClient);
    }

    private static <T> T begun(@Nullable T part) {
        if (part == null) {
            throw new IllegalStateException("the session has not begun");
        }
        return part;
    }

    /**
     * Reads all statements of a script before the first one runs.
     *
     * @throws SqlException 42601
     */
    void checkSyntax(List<Script.Part> parts) {
        parts.forEach(begun(planner)::checkSyntax);
    }

    /**
     * Plans a statement; a failed transaction looks only at those that end it.
     *
     * @param declared type OIDs, 0 where the client leaves them open
     */
    Prepared plan(Script.Part part, List<Integer> declared) {
        return plan(part, declared, part.text(), false);
    }

    private Prepared plan(Script.Part part, List<Integer> declared, String text, boolean fromSql) {
        String words = CommandTag.of(part.text()).words();
        begun(client).tally().begins(words, false);
        Transaction transaction = begun(client).transaction();
        if (transaction.status() == Transaction.Status.FAILED && !canEnd(words)) {
            transaction.check(Plan.Role.READS);
        }
        List<Integer> read = read(part.text(), declared);
        List<String> types = read.stream().map(TypeMapping::engineName).toList();
        Plan plan = begun(planner).plan(part, types);
        try {
            transaction.check(plan.role());
        } catch (SqlException refused) {
            plan.close();
            throw refused;
        }
        List<String> inferred = plan.parameterTypes();
        Map<Integer, PgType> casts = new HashMap<>();
        AssignedParameters.of(begun(client), part.text())
                .forEach((number, name) -> casts.put(number, NamedText.declared(name)));
        casts.putAll(ParameterCasts.of(part.text()));
        List<Integer> oids = new ArrayList<>();
        List<Integer> values = new ArrayList<>();
        for (int index = 0; index < inferred.size(); index++) {
            int oid = index < declared.size() ? declared.get(index) : 0;
            boolean open = oid == 0 || oid == PgType.UNKNOWN.oid();
            PgType known =
                    casts.getOrDefault(index + 1, TypeMapping.parameterType(inferred.get(index)));
            oids.add(open ? known.oid() : oid);
            values.add(open ? known.oid() : read.get(index));
        }
        return new Prepared(Optional.of(plan), text, words, oids, values, fromSql);
    }

    /** The declared types, but where a text is cast at once that of its cast. */
    private List<Integer> read(String sql, List<Integer> declared) {
        boolean texts = declared.contains(TEXT) || declared.contains(VARCHAR);
        if (!texts || begun(client).settings().get("rvbbit.dialect").equals("duckdb")) {
            return declared;
        }
        Map<Integer, PgType> casts = ParameterCasts.ofTexts(sql);
        List<Integer> read = new ArrayList<>(declared);
        for (int index = 0; index < read.size(); index++) {
            PgType cast = casts.get(index + 1);
            if (cast != null && (read.get(index) == TEXT || read.get(index) == VARCHAR)) {
                read.set(index, cast.oid());
            }
        }
        return read;
    }

    private static boolean canEnd(String words) {
        return words.equals("COMMIT") || words.equals("ROLLBACK") || words.equals("PREPARE");
    }

    /**
     * Keeps a statement under a name; the unnamed one gives way to the next.
     *
     * @throws SqlException 42P05 if the name is taken
     */
    void add(String name, Prepared prepared) {
        drop(name);
        named.put(name, prepared);
    }

    void checkFree(String name) {
        if (!name.isEmpty() && named.containsKey(name)) {
            throw new SqlException(
                    SqlState.DUPLICATE_PREPARED_STATEMENT,
                    "prepared statement \"" + name + "\" already exists");
        }
    }

    /**
     * @throws SqlException 26000 if there is none of that name
     */
    Prepared existing(String name) {
        Prepared prepared = named.get(name);
        if (prepared == null) {
            throw new SqlException(
                    SqlState.INVALID_STATEMENT_NAME,
                    name.isEmpty()
                            ? "unnamed prepared statement does not exist"
                            : "prepared statement \"" + name + "\" does not exist");
        }
        return prepared;
    }

    boolean drop(String name) {
        Prepared prepared = named.remove(name);
        if (prepared == null) {
            return false;
        }
        prepared.close();
        return true;
    }

    @Override
    public void prepare(String name, List<String> types, Script.Part statement, String text) {
        checkFree(name);
        List<Integer> declared = types.stream().map(type -> TypeMapping.named(type).oid()).toList();
        add(name, plan(statement, declared, text, true));
    }

    @Override
    public Plan execute(String name, List<Script.Part> arguments) {
        Prepared prepared = existing(name);
        int expected = prepared.parameterOids().size();
        if (expected > 0 && arguments.size() != expected) {
            throw new SqlException(
                            SqlState.SYNTAX_ERROR,
                            "wrong number of parameters for prepared statement \"" + name + "\"")
                    .detail(
                            "Expected %d parameters but got %d."
                                    .formatted(expected, arguments.size()));
        }
        return new ExecutePlan(
                prepared,
                new Arguments(
                        begun(client),
                        begun(planner),
                        expected == 0 ? List.of() : arguments,
                        prepared.valueOids()));
    }

    @Override
    public boolean deallocate(String name) {
        return drop(name);
    }

    @Override
    public void deallocateAll() {
        List.copyOf(named.keySet()).stream().filter(name -> !name.isEmpty()).forEach(this::drop);
    }

    @Override
    public List<Shown> shown() {
        return named.entrySet().stream()
                .filter(entry -> !entry.getKey().isEmpty())
                .map(entry -> shown(entry.getKey(), entry.getValue()))
                .toList();
    }

    private static Shown shown(String name, Prepared prepared) {
        return new Shown(
                name,
                prepared.text(),
                prepared.created(),
                prepared.parameterOids().stream()
                        .map(oid -> PgType.ofOid(oid).map(PgType::sqlName).orElse("text"))
                        .toList(),
                prepared.isFromSql());
    }

    @Override
    public void close() {
        named.values().forEach(Prepared::close);
        named.clear();
    }
}
