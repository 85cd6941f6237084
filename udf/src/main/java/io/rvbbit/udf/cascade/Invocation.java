package io.rvbbit.udf.cascade;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.rvbbit.tracking.CallerId;
import io.rvbbit.udf.llm.Allowance;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * One requested run of a cascade.
 *
 * @param sessionPrefix udf or batch
 * @param sourceRow 0-based row of the statement's input, -1 where there is none
 * @param rowKeyJson object of the columns that name the row; empty where the statement names none
 * @param rowsHash hash of the staged rows of a RUN, empty otherwise; RUN's examples match on it
 * @param allowance what pays for the run's model calls
 * @param sql what SQL cells read, or null where there is no database
 * @param parent the run that this one is a part of; null where a statement asked for it
 */
public record Invocation(
        Cascade cascade,
        ObjectNode input,
        CallerId caller,
        String sessionPrefix,
        long sourceRow,
        String rowKeyJson,
        String inputHash,
        String rowsHash,
        Overrides overrides,
        Allowance allowance,
        @Nullable SqlSource sql,
        @Nullable ParentRun parent) {
    /** That a statement asks for. */
    public Invocation(
            Cascade cascade,
            ObjectNode input,
            CallerId caller,
            String sessionPrefix,
            long sourceRow,
            String rowKeyJson,
            String inputHash,
            String rowsHash,
            Overrides overrides,
            Allowance allowance,
            @Nullable SqlSource sql) {
        this(
                cascade,
                input,
                caller,
                sessionPrefix,
                sourceRow,
                rowKeyJson,
                inputHash,
                rowsHash,
                overrides,
                allowance,
                sql,
                null);
    }

    /** The same under another allowance. */
    public Invocation paidBy(Allowance newAllowance) {
        return new Invocation(
                cascade,
                input,
                caller,
                sessionPrefix,
                sourceRow,
                rowKeyJson,
                inputHash,
                rowsHash,
                overrides,
                newAllowance,
                sql,
                parent);
    }

    /** Of sessions above this one. */
    int depth() {
        return parent == null ? 0 : parent.depth() + 1;
    }

    /** The table that holds the rows of a RUN, which SQL may use as a name; empty in a MAP. */
    String table() {
        if (parent != null) {
            return parent.table();
        }
        boolean staged = "batch".equals(sessionPrefix);
        return staged ? input.path("data_table").asText("") : "";
    }

    /**
     * What the statement says over the cascade's own settings, for every cell that calls a model.
     *
     * @param timeout of the whole run, or null
     */
    public record Overrides(
            @Nullable String model,
            @Nullable Double temperature,
            @Nullable Integer maxTokens,
            @Nullable Duration timeout) {
        public static final Overrides NONE = new Overrides(null, null, null, null);
    }
}
