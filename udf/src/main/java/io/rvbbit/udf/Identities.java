package io.rvbbit.udf;

import io.rvbbit.udf.cache.AnswerCache;
import io.rvbbit.udf.cache.CascadeIdentity;
import io.rvbbit.udf.cascade.Cascade;
import io.rvbbit.udf.cascade.Invocation.Overrides;
import io.rvbbit.udf.llm.Allowance;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicReferenceArray;
import org.jspecify.annotations.Nullable;

/** The identities of the cascades that a statement calls, each made once. Threading: any thread. */
final class Identities {
    private final List<CallSpec> calls;
    private final Overrides ofFunctions;
    private final AnswerCache answers;
    private final boolean limited;
    private final AtomicReferenceArray<CascadeIdentity> clauses;
    private final Map<String, CascadeIdentity> functions = new ConcurrentHashMap<>();

    /**
     * @param ofFunctions what holds for the cascades that functions name
     * @param limited whether a budget binds the calls
     */
    Identities(List<CallSpec> calls, Overrides ofFunctions, AnswerCache answers, boolean limited) {
        this.calls = List.copyOf(calls);
        this.ofFunctions = ofFunctions;
        this.answers = answers;
        this.limited = limited;
        this.clauses = new AtomicReferenceArray<>(calls.size());
    }

    /** Of the cascade of a clause. */
    CascadeIdentity of(int index) {
        CascadeIdentity known = clauses.get(index);
        if (known == null) {
            CallSpec call = calls.get(index);
            known = answers.identity(call.cascade(), call.overrides(), maxTokens());
            clauses.set(index, known);
        }
        return known;
    }

    /** Of a cascade that a function names. */
    CascadeIdentity of(Cascade cascade) {
        return functions.computeIfAbsent(
                cascade.contentHash(), _ -> answers.identity(cascade, ofFunctions, maxTokens()));
    }

    /** What is sent where nobody says it. */
    private @Nullable Integer maxTokens() {
        return limited ? Allowance.DEFAULT_MAX_TOKENS : null;
    }
}
