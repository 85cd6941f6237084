package io.rvbbit.udf;

import io.rvbbit.udf.cache.CascadeIdentity;
import io.rvbbit.udf.cascade.Cascade;
import io.rvbbit.udf.llm.Allowance;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicReferenceArray;
import org.jspecify.annotations.Nullable;

/** The identities of the cascades that a statement calls, each made once. Threading: any thread. */
final class Identities {
    private final StatementSpec statement;
    private final AtomicReferenceArray<CascadeIdentity> clauses;
    private final Map<String, CascadeIdentity> functions = new ConcurrentHashMap<>();

    Identities(StatementSpec statement) {
        this.statement = statement;
        this.clauses = new AtomicReferenceArray<>(statement.calls().size());
    }

    /** Of the cascade of a clause. */
    CascadeIdentity of(int index) {
        CascadeIdentity known = clauses.get(index);
        if (known == null) {
            CallSpec call = statement.calls().get(index);
            known = statement.answers().identity(call.cascade(), call.overrides(), maxTokens());
            clauses.set(index, known);
        }
        return known;
    }

    /** Of a cascade that a function names. */
    CascadeIdentity of(Cascade cascade) {
        return functions.computeIfAbsent(
                cascade.contentHash(),
                _ ->
                        statement
                                .answers()
                                .identity(cascade, statement.functions().overrides(), maxTokens()));
    }

    /** What is sent where nobody says it. */
    private @Nullable Integer maxTokens() {
        return statement.budget().isLimited() ? Allowance.DEFAULT_MAX_TOKENS : null;
    }
}
