package io.rvbbit.gateway.session;

import io.rvbbit.gateway.engine.Column;
import io.rvbbit.gateway.execution.Plan;
import io.rvbbit.rewriter.CommandTag;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/**
 * A statement made by Parse or PREPARE; empty text has no plan.
 *
 * <p>A portal outlives the name of its statement, so whoever uses a statement holds it, and the
 * last holder's {@link #close} ends it. Threading: the session's thread only.
 */
final class Prepared implements AutoCloseable {
    private final Optional<Plan> plan;
    private final String text;
    private final String words;
    private final List<Integer> parameterOids;
    private final boolean fromSql;
    private final Instant created = Instant.now();
    private int holders = 1;

    /**
     * @param text as the client wrote it, PREPARE included
     * @param words of the command tag
     * @param parameterOids what the client declared, completed by what the engine inferred
     */
    Prepared(
            Optional<Plan> plan,
            String text,
            String words,
            List<Integer> parameterOids,
            boolean fromSql) {
        this.plan = plan;
        this.text = text;
        this.words = words;
        this.parameterOids = List.copyOf(parameterOids);
        this.fromSql = fromSql;
    }

    /** A statement that was planned elsewhere. */
    static Prepared of(Plan plan, String text) {
        return new Prepared(Optional.of(plan), text, CommandTag.of(text).words(), List.of(), false);
    }

    Optional<Plan> plan() {
        return plan;
    }

    List<Column> columns() {
        return plan.map(Plan::columns).orElse(List.of());
    }

    String text() {
        return text;
    }

    String words() {
        return words;
    }

    List<Integer> parameterOids() {
        return parameterOids;
    }

    boolean isFromSql() {
        return fromSql;
    }

    Instant created() {
        return created;
    }

    /** One more holder, who will close it. */
    Prepared held() {
        holders++;
        return this;
    }

    @Override
    public void close() {
        holders--;
        if (holders == 0) {
            plan.ifPresent(Plan::close);
        }
    }
}
