package io.rvbbit.udf.cascade;

import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** One step of a pipeline. Threading: immutable. */
public sealed interface Cell {
    String name();

    String description();

    Retry retry();

    /** Of the cell's prompt or query. */
    CellPlace place();

    /** Of the whole cell with all its attempts; null where only the run's counts. */
    @Nullable Duration timeout();

    OnError onError();

    /** The {@code node_type} in the books. */
    String nodeType();

    /** What a failure of this cell does to the run. */
    enum OnError {
        /** The run ends with the error. */
        FAIL,
        /** The cell's output is null and the run goes on. */
        CONTINUE
    }

    /**
     * Calls a model.
     *
     * @param outputSchema what the answer must look like; null for plain text
     * @param maxAttempts conversations that may be had until the answer fits the schema, beside the
     *     one repair
     */
    record PromptCell(
            String name,
            String description,
            CellPlace place,
            PromptTemplate instructions,
            @Nullable String model,
            @Nullable Double temperature,
            @Nullable Integer maxTokens,
            @Nullable OutputSchema outputSchema,
            int maxAttempts,
            Retry retry,
            @Nullable Duration timeout,
            OnError onError)
            implements Cell {
        @Override
        public String nodeType() {
            return "llm";
        }
    }

    /**
     * Runs SQL.
     *
     * @param parameters values of {@code $1 …}
     */
    record SqlCell(
            String name,
            String description,
            CellPlace place,
            SqlTemplate query,
            List<Parameter> parameters,
            Retry retry,
            @Nullable Duration timeout,
            OnError onError)
            implements Cell {
        public SqlCell {
            parameters = List.copyOf(parameters);
        }

        @Override
        public String nodeType() {
            return "sql_data";
        }

        /** One bound value and where it is written. */
        public record Parameter(CellPlace place, PromptTemplate template) {}
    }
}
