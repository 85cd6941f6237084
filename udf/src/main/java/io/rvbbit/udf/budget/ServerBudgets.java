package io.rvbbit.udf.budget;

import io.rvbbit.udf.llm.Picodollars;
import java.math.BigDecimal;
import java.time.Instant;
import java.time.InstantSource;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** The budgets of roles and of the whole server. Threading: any thread. */
public final class ServerBudgets {
    private final Map<String, Budget> roles = new HashMap<>();
    private final @Nullable Budget server;

    /** So many dollars for each day or month. */
    public record Terms(BigDecimal dollars, Period per) {}

    /** What was spent before this process began. */
    public interface History {
        /** By attempts that were sent or answered at {@code start} or later. */
        Past since(Instant start);
    }

    /**
     * Picodollars by role.
     *
     * @param spent by answered attempts
     * @param kept what unanswered attempts can have cost
     */
    public record Past(Map<String, Long> spent, Map<String, Long> kept) {
        public static final Past NOTHING = new Past(Map.of(), Map.of());

        public Past {
            spent = Map.copyOf(spent);
            kept = Map.copyOf(kept);
        }
    }

    /** Asks the history once for each length of period. */
    public ServerBudgets(
            Optional<Terms> server,
            Map<String, Terms> roles,
            History history,
            InstantSource clock) {
        Instant now = clock.instant();
        Map<Period, Past> pasts = new HashMap<>();
        roles.forEach((name, terms) -> {
            Past past = past(pasts, terms.per(), history, now);
            this.roles.put(
                    name,
                    budget(
                            "role \"" + name + "\"",
                            terms,
                            clock,
                            now,
                            past.spent().getOrDefault(name, 0L),
                            past.kept().getOrDefault(name, 0L)));
        });
        this.server =
                server.map(
                                terms -> {
                                    Past past = past(pasts, terms.per(), history, now);
                                    return budget(
                                            "the server",
                                            terms,
                                            clock,
                                            now,
                                            sum(past.spent()),
                                            sum(past.kept()));
                                })
                        .orElse(null);
    }

    /** Nobody is bound. */
    public static ServerBudgets none() {
        return new ServerBudgets(
                Optional.empty(), Map.of(), _ -> Past.NOTHING, InstantSource.system());
    }

    /**
     * How the whole server's budget of the running period stands.
     *
     * @param keptUsd what unanswered attempts can have cost
     */
    public record State(BigDecimal limitUsd, BigDecimal spentUsd, BigDecimal keptUsd) {}

    /** Empty if the server has none. */
    public Optional<State> server() {
        return Optional.ofNullable(server).map(ServerBudgets::state);
    }

    /** How the budgets of the roles that have one stand, by role. */
    public Map<String, State> roles() {
        Map<String, State> states = new TreeMap<>();
        roles.forEach((role, budget) -> states.put(role, state(budget)));
        return states;
    }

    private static State state(Budget budget) {
        BudgetAccount account = budget.account();
        return new State(
                Picodollars.usd(account.limit()),
                Picodollars.usd(account.spent()),
                Picodollars.usd(account.kept()));
    }

    /** Those that bind a role's statements, the role's own first. */
    public List<Budget> of(String role) {
        List<Budget> binding = new ArrayList<>();
        Budget own = roles.get(role);
        if (own != null) {
            binding.add(own);
        }
        if (server != null) {
            binding.add(server);
        }
        return binding;
    }

    private static Past past(Map<Period, Past> known, Period period, History history, Instant now) {
        return known.computeIfAbsent(
                period,
                length ->
                        history.since(length.start(now).atStartOfDay(ZoneOffset.UTC).toInstant()));
    }

    private static Budget budget(
            String owner, Terms terms, InstantSource clock, Instant now, long spent, long kept) {
        LocalDate start = terms.per().start(now);
        return new PeriodBudget(
                owner,
                terms.per(),
                Picodollars.atLeast(terms.dollars()),
                clock,
                start,
                spent,
                kept);
    }

    private static long sum(Map<String, Long> amounts) {
        return amounts.values().stream().reduce(0L, Picodollars::sum);
    }
}
