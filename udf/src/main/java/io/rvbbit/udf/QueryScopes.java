package io.rvbbit.udf;

import io.rvbbit.rewriter.SqlException;
import io.rvbbit.rewriter.SqlState;
import io.rvbbit.tracking.CallerId;
import io.rvbbit.tracking.UlidSource;
import java.time.Clock;
import java.util.HexFormat;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.LongSupplier;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/**
 * The statements that run: how a function finds the one that called it.
 *
 * <p>A token is the only key. It is made of 128 random bits, lives as long as its scope, and is
 * nothing that a client can guess, so a function called with another statement's token or an old
 * one is refused. Threading: any thread.
 */
public final class QueryScopes {
    private static final int TOKEN_BYTES = 16;

    private final RandomGenerator random;
    private final LongSupplier nanoTime;
    private final UlidSource ulids;
    private final Map<String, QueryScope> scopes = new ConcurrentHashMap<>();
    private final Map<CallerId, PaidDecisions> decisions = new ConcurrentHashMap<>();

    /** {@code random} is a {@link java.security.SecureRandom} wherever clients connect. */
    public QueryScopes(RandomGenerator random) {
        this(random, System::nanoTime);
    }

    /** {@code nanoTime} measures the statements' pace. */
    QueryScopes(RandomGenerator random, LongSupplier nanoTime) {
        this.random = random;
        this.nanoTime = nanoTime;
        this.ulids = new UlidSource(Clock.systemUTC(), random);
    }

    /** Opens the scope of one execution; the caller closes it when the execution has ended. */
    public QueryScope open(StatementSpec statement) {
        byte[] bytes = new byte[TOKEN_BYTES];
        while (true) {
            random.nextBytes(bytes);
            String token = HexFormat.of().formatHex(bytes);
            QueryScope scope = new QueryScope(token, statement, nanoTime, ulids, this);
            if (scopes.putIfAbsent(token, scope) == null) {
                return scope;
            }
        }
    }

    /** No function finds the scope any more. */
    void ended(QueryScope scope) {
        scopes.remove(scope.token());
    }

    /** What a statement has decided: its next scope books it, or {@link #bookDecisions}. */
    PaidDecisions decided(CallerId caller) {
        return decisions.computeIfAbsent(caller, _ -> new PaidDecisions());
    }

    /** What an earlier scope of the statement has decided. */
    Optional<PaidDecisions> decisions(CallerId caller) {
        return Optional.ofNullable(decisions.get(caller));
    }

    /**
     * The scope of this token.
     *
     * @throws SqlException 42501 if no running statement has it; the message does not repeat it
     */
    QueryScope find(@Nullable String token) {
        QueryScope scope = token == null ? null : scopes.get(token);
        if (scope == null) {
            throw new SqlException(
                    SqlState.INSUFFICIENT_PRIVILEGE,
                    "permission denied: cascades are called by a running statement only");
        }
        return scope;
    }

    /**
     * Books decisions of a statement that did not come to run; nothing if it did, or has none.
     *
     * @param caller whose scope has found out what functions give
     */
    public void bookDecisions(CallerId caller) {
        PaidDecisions rest = decisions.remove(caller);
        if (rest != null) {
            rest.bookRest();
        }
    }

    /** Statements that run now. */
    public int size() {
        return scopes.size();
    }
}
