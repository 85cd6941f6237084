package io.rvbbit.gateway.execution;

import io.rvbbit.rewriter.CallSite;
import io.rvbbit.rewriter.CommandTag;
import io.rvbbit.rewriter.Identifiers;
import io.rvbbit.rewriter.Lexer;
import io.rvbbit.rewriter.Rewritten;
import io.rvbbit.rewriter.SqlException;
import io.rvbbit.rewriter.Target.CreateTable;
import io.rvbbit.rewriter.Token;
import io.rvbbit.udf.FallbackCall;
import io.rvbbit.udf.FallbackCall.Argument;
import io.rvbbit.udf.FallbackCall.Given;
import io.rvbbit.udf.FallbackDecisions;
import io.rvbbit.udf.FallbackDecisions.Undecided;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;
import java.util.stream.Collectors;

/**
 * Plans a statement whose missing functions a model answers, where the client wants that.
 *
 * <p>What each function gives is known when this is done, since the columns hang on it: if nobody
 * has decided it yet, a model is asked now, under the caller that the statement will have.
 * Threading: the session's thread only.
 */
final class FallbackPlanner {
    private static final Set<String> ANSWERED =
            Set.of("SELECT", "INSERT", "UPDATE", "DELETE", "MERGE");

    private static final String[] BEGINNINGS = {
        "SELECT", "WITH", "INSERT", "UPDATE", "DELETE", "MERGE", "CREATE", "VALUES", "FROM", "TABLE"
    };

    /** Schemas that stand for none: those that a client's own functions are in. */
    private static final Set<String> NO_SCHEMAS = Set.of("", "main", "public");

    private final ClientContext client;
    private final IncompleteStatement statement;
    private final Consumer<Plan> check;
    private final Map<CallSite, FallbackCall> calls = new LinkedHashMap<>();
    private Optional<EarlierRun> deciding = Optional.empty();

    private FallbackPlanner(
            ClientContext client, IncompleteStatement statement, Consumer<Plan> check) {
        this.client = client;
        this.statement = statement;
        this.check = check;
    }

    /**
     * @param fault why the statement cannot be planned as it is
     * @param check refuses what cannot be used, before anything is paid for; the types of what the
     *     functions give are not known yet
     * @throws SqlException {@code fault} where it stands, or what is wrong besides
     */
    static Plan plan(
            ClientContext client,
            IncompleteStatement statement,
            Consumer<Plan> check,
            SqlException fault) {
        boolean missing = FallbackProbe.missing(fault).isPresent();
        if (!missing || !client.settings().isOn(FallbackSettings.SWITCH)) {
            throw fault;
        }
        String words = CommandTag.of(explained(statement.text())).words();
        if (!ANSWERED.contains(words) || asksTheCatalogue(statement.text())) {
            throw fault;
        }
        return new FallbackPlanner(client, statement, check).plan(fault);
    }

    private static boolean asksTheCatalogue(String text) {
        return Identifiers.of(text).stream()
                .anyMatch(name ->
                        name.startsWith("pg_")
                                || name.startsWith("duckdb_")
                                || name.equals("information_schema"));
    }

    private Plan plan(SqlException fault) {
        FallbackProbe probe = new FallbackProbe(statement);
        List<CallSite> sites = probe.calls(fault);
        for (CallSite site : sites) {
            Optional<String> refusal =
                    client.services().fallbacks().refusal(service(site), site.name());
            if (refusal.isPresent()) {
                throw refusal.get().isEmpty() ? fault : fault.hint(refusal.get());
            }
        }
        boolean shown = onlyShows(statement.text());
        if (shown) {
            describe(probe, sites);
            return new FallbackPreview(client, statement, calls);
        }
        Optional<CreateTable> taken =
                statement.makes().filter(create -> TakenTable.isTaken(client, create));
        if (taken.isPresent()) {
            return TakenTable.plan(client, taken.get());
        }
        try {
            client.planning(cancellation -> {
                decide(probe, sites, cancellation);
                return calls;
            });
            return new FallbackPlan(client, statement, calls, deciding, fault);
        } catch (SqlException e) {
            deciding.ifPresent(run -> failed(run, e));
            throw e;
        } catch (RuntimeException e) {
            deciding.ifPresent(run -> leave(client, run));
            throw e;
        }
    }

    /** What was decided does not fit the rest of the statement, or more could not be decided. */
    private void failed(EarlierRun run, SqlException why) {
        client.services().scopes().bookDecisions(run.caller());
        StatementBooks.failed(client, accounted(), again(run), why);
    }

    /** Books what was decided for a statement that does not go on. */
    static void leave(ClientContext client, EarlierRun deciding) {
        client.services().scopes().bookDecisions(deciding.caller());
        client.tally().stepsOver(deciding.caller());
    }

    /** With what is known by now; nobody is asked. */
    private void describe(FallbackProbe probe, List<CallSite> sites) {
        for (CallSite site : sites) {
            FallbackCall call = call(site, probe.argumentTypes(site, sites, known()));
            calls.put(
                    site,
                    client.services()
                            .fallbacks()
                            .given(call)
                            .map(given -> call.giving(given))
                            .orElse(call));
        }
    }

    /** As it was decided when the statement ran before, or lately by any. */
    private Optional<Given> given(FallbackCall call) {
        return statement.decided().stream()
                .filter(before -> key(before).equals(key(call)))
                .flatMap(before -> Optional.ofNullable(before.given()).stream())
                .findFirst()
                .or(() -> client.services().fallbacks().given(call));
    }

    /** Inner calls come first: what they give are the arguments of the outer ones. */
    private void decide(FallbackProbe probe, List<CallSite> sites, Cancellation cancellation) {
        List<CallSite> open = new ArrayList<>(sites);
        while (!open.isEmpty()) {
            List<CallSite> ready =
                    open.stream().filter(site -> open.stream().noneMatch(site::holds)).toList();
            Map<String, Undecided> undecided = new LinkedHashMap<>();
            Map<CallSite, String> keys = new LinkedHashMap<>();
            for (CallSite site : ready) {
                FallbackCall call = call(site, probe.argumentTypes(site, sites, known()));
                Optional<Given> given = given(call);
                if (given.isPresent()) {
                    calls.put(site, call.giving(given.get()));
                } else {
                    String key = key(call);
                    keys.put(site, key);
                    calls.put(site, call);
                    if (!undecided.containsKey(key)) {
                        undecided.put(
                                key,
                                new Undecided(
                                        call, FallbackSamples.of(client, statement.text(), site)));
                    }
                }
            }
            if (!undecided.isEmpty()) {
                refuseUnpaid(sites);
                Map<String, FallbackCall> decided = ask(undecided, cancellation);
                keys.forEach(
                        (site, key) -> calls.merge(site, decided.get(key), FallbackPlanner::as));
            }
            open.removeAll(ready);
        }
    }

    /**
     * What the statement must not do is told before a model is asked.
     *
     * @throws SqlException 25P02, 25006, or that of {@link #check}
     */
    private void refuseUnpaid(List<CallSite> sites) {
        Plan.Role role = StatementRole.of(statement.text());
        client.transaction().check(role);
        if (role == Plan.Role.WRITES) {
            client.transaction().refuseChange(CommandTag.of(statement.text()).words());
        }
        Map<CallSite, FallbackCall> untyped = new LinkedHashMap<>();
        for (CallSite site : sites) {
            FallbackCall call = calls.get(site);
            untyped.put(site, call == null ? call(site, List.of()) : call);
        }
        Optional<Plan> plan = untyped(FallbackText.of(statement.text(), untyped));
        plan.ifPresent(check);
    }

    /** Empty if the types matter: then it is told later what is wrong. */
    private Optional<Plan> untyped(String text) {
        try {
            return Optional.of(statement.plan(text));
        } catch (SqlException e) {
            return Optional.empty();
        }
    }

    private static FallbackCall as(FallbackCall call, FallbackCall decided) {
        Given given = decided.given();
        return given == null ? call : call.giving(given);
    }

    private static String key(FallbackCall call) {
        return call.arguments().stream()
                .map(Argument::type)
                .collect(Collectors.joining(",", call.name() + "(", ")"));
    }

    private Map<CallSite, String> known() {
        Map<CallSite, String> known = new LinkedHashMap<>();
        calls.forEach((site, call) -> {
            Given given = call.given();
            if (given != null) {
                known.put(site, given.type());
            }
        });
        return known;
    }

    /** Books it as the beginning of the statement. */
    private Map<String, FallbackCall> ask(
            Map<String, Undecided> undecided, Cancellation cancellation) {
        List<FallbackCall> decided = new ArrayList<>();
        try (AccountedExecution execution =
                AccountedExecution.deciding(
                        client,
                        accounted(),
                        deciding.map(FallbackPlanner::again).orElse(null),
                        scope ->
                                new WorkCursor(
                                        scope,
                                        () ->
                                                decided.addAll(
                                                        FallbackDecisions.decide(
                                                                scope,
                                                                List.copyOf(undecided.values())))),
                        cancellation)) {
            client.tally().stepBegan(execution.caller());
            drain(execution);
            deciding = Optional.of(execution.asEarlier());
            client.services().journals().discard(execution.caller());
        }
        decided.forEach(client.services().fallbacks()::decided);
        Map<String, FallbackCall> byKey = new LinkedHashMap<>();
        decided.forEach(call -> byKey.put(key(call), call));
        return byKey;
    }

    private void drain(AccountedExecution execution) {
        try {
            while (execution.next() != null) {
                // It gives no rows.
            }
        } catch (RuntimeException e) {
            client.tally().stepsOver(execution.caller());
            throw e;
        }
    }

    /** The same statement once more: its caller and what it has spent by now. */
    static Resumption again(EarlierRun earlier) {
        return new Resumption(earlier.caller(), null, Optional.of(earlier), null);
    }

    private AccountedStatement accounted() {
        return new AccountedStatement(
                statement.booked(),
                statement.kind(),
                CommandTag.of("SELECT"),
                List.of(),
                List.of(),
                null,
                client.settings().parallel(),
                statement.parameterTypes(),
                _ -> new Rewritten(statement.booked(), List.of()),
                _ -> Optional.empty(),
                (_, _) -> Optional.empty(),
                fault -> fault,
                false,
                List.of(),
                null,
                List.of());
    }

    private FallbackCall call(CallSite site, List<String> argumentTypes) {
        List<Argument> arguments = new ArrayList<>();
        for (int i = 0; i < argumentTypes.size(); i++) {
            arguments.add(new Argument(site.arguments().get(i).name(), argumentTypes.get(i)));
        }
        return FallbackSettings.call(client, service(site), site.name(), arguments, null);
    }

    private static String service(CallSite site) {
        return service(site.qualifier());
    }

    /**
     * @param schema as a client writes it; empty for none
     */
    static String service(String schema) {
        return NO_SCHEMAS.contains(schema.toLowerCase(Locale.ROOT))
                ? FallbackCall.NO_SERVICE
                : schema;
    }

    /** What EXPLAIN is asked about; the statement itself where it is none. */
    private static String explained(String text) {
        List<Token> tokens = Lexer.tokensUpToFault(text);
        if (!tokens.getFirst().is("EXPLAIN")) {
            return text;
        }
        int at = 1;
        while (tokens.get(at).isAny("ANALYZE", "ANALYSE", "VERBOSE")) {
            at++;
        }
        boolean options =
                tokens.get(at).isOperator("(")
                        && !tokens.get(at + 1).isAny(BEGINNINGS)
                        && !tokens.get(at + 1).isOperator("(");
        while (options && !tokens.get(at).isEnd() && !tokens.get(at).isOperator(")")) {
            at++;
        }
        Token first = tokens.get(options && !tokens.get(at).isEnd() ? at + 1 : at);
        return text.substring(first.start());
    }

    /** EXPLAIN without ANALYZE runs nothing. */
    private static boolean onlyShows(String text) {
        List<Token> tokens = Lexer.tokensUpToFault(text);
        if (!tokens.getFirst().is("EXPLAIN")) {
            return false;
        }
        for (int at = 1; at < tokens.size(); at++) {
            Token token = tokens.get(at);
            if (token.is("ANALYZE")) {
                return tokens.get(at + 1).isAny("FALSE", "OFF")
                        || tokens.get(at + 1).text().equals("0");
            }
            if (token.isAny(BEGINNINGS)) {
                return true;
            }
        }
        return true;
    }
}
