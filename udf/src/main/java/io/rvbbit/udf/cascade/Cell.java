package io.rvbbit.udf.cascade;

import io.rvbbit.udf.format.CellFormat;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** One step of a pipeline. Threading: immutable. */
public sealed interface Cell
        permits Cell.PromptCell, Cell.HttpCell, Cell.SqlCell, Cell.SubCascadeCell, EachCell {
    /** What every cell has. */
    Head head();

    /** The {@code node_type} in the books. */
    String nodeType();

    /** What it asks a model, if it does. */
    default Optional<PromptCell> prompt() {
        return Optional.empty();
    }

    /** Whether its own attempts cost something; what its sub-cascades cost is theirs. */
    default boolean asksModel() {
        return prompt().isPresent();
    }

    /** What its answer is where that has to be known beforehand: name to JSON Schema type. */
    default @Nullable Map<String, String> shape() {
        return null;
    }

    /** The cascades that it runs as parts of its own. */
    default List<SubCascadeCell> subCascades() {
        return List.of();
    }

    /** Whether it reads or does anything beyond its templates and the model's answer. */
    boolean readsOutside();

    /** How often it does its work at most; 1 where rows do not count. */
    default int mostRows() {
        return 1;
    }

    default String name() {
        return head().name();
    }

    default String description() {
        return head().description();
    }

    default CellPlace place() {
        return head().place();
    }

    /** What it leaves in the state when it has succeeded. */
    default NamedTemplates state() {
        return head().state();
    }

    default Retry retry() {
        return head().retry();
    }

    default @Nullable Duration timeout() {
        return head().timeout();
    }

    default OnError onError() {
        return head().onError();
    }

    /** What a failure of this cell does to the run. */
    enum OnError {
        /** The run ends with the error. */
        FAIL,
        /** The cell's output is null and the run goes on. */
        CONTINUE
    }

    /**
     * What every cell has.
     *
     * @param place of the cell's prompt or query
     * @param timeout of the whole cell with all its attempts; null where only the run's counts
     * @param state what it leaves in the state
     */
    record Head(
            String name,
            String description,
            CellPlace place,
            Retry retry,
            @Nullable Duration timeout,
            OnError onError,
            NamedTemplates state) {
        Head(
                String name,
                String description,
                CellPlace place,
                Retry retry,
                @Nullable Duration timeout,
                OnError onError) {
            this(name, description, place, retry, timeout, onError, NamedTemplates.NONE);
        }

        /** The same elsewhere in the file. */
        Head at(CellPlace other) {
            return new Head(name, description, other, retry, timeout, onError, state);
        }
    }

    /** How a model is asked; null leaves it to the server or the model. */
    record Sampling(
            @Nullable String model, @Nullable Double temperature, @Nullable Integer maxTokens) {}

    /** A template and where it stands. */
    record PlacedTemplate(CellPlace place, PromptTemplate template) {}

    /**
     * How long a model is asked.
     *
     * @param maxAttempts answers that may be given until one is right, beside the one repair
     * @param maxTurns requests of one conversation; null where nothing bounds them
     * @param retryInstructions what is said when it is tried again; null where nothing is
     */
    record Rules(
            int maxAttempts,
            @Nullable Integer maxTurns,
            @Nullable PlacedTemplate retryInstructions) {
        public static final Rules UNSAID = new Rules(1, null, null);
    }

    /**
     * Calls a model.
     *
     * @param outputSchema what the answer must look like; null for plain text
     * @param takes null where the model is asked once
     * @param skills what the model may call
     * @param context what stands before the instructions
     */
    record PromptCell(
            Head head,
            PromptTemplate instructions,
            Sampling sampling,
            @Nullable OutputSchema outputSchema,
            Rules rules,
            Checks checks,
            @Nullable Takes takes,
            List<Skill> skills,
            Context context)
            implements Cell {
        public PromptCell {
            skills = List.copyOf(skills);
        }

        PromptCell withSkills(List<Skill> others) {
            return with(sampling, takes, others);
        }

        private PromptCell with(Sampling how, @Nullable Takes many, List<Skill> tools) {
            return new PromptCell(
                    head, instructions, how, outputSchema, rules, checks, many, tools, context);
        }

        /** Whether an answer that does not fit is sent back once, beside the attempts. */
        public boolean repairs() {
            return outputSchema != null && allowsTurnAfter(1);
        }

        /** Whether a conversation that had so many turns may have one more. */
        boolean allowsTurnAfter(int turns) {
            return maxTurns() == null || turns < maxTurns();
        }

        /** Turns of one conversation: tools may not be called for ever. */
        private @Nullable Integer maxTurns() {
            return rules.maxTurns() == null && !skills.isEmpty()
                    ? Integer.valueOf(CellFormat.TURNS_WITH_SKILLS)
                    : rules.maxTurns();
        }

        /** The most answers that one run of the cell asks for. */
        public int mostAnswers() {
            boolean again = outputSchema != null || checks.retry();
            return (again ? rules.maxAttempts() : 1) + (repairs() ? 1 : 0);
        }

        /** Whether a conversation may go on after an answer that fits. */
        public boolean goesOn() {
            return checks.retry();
        }

        /** The same without takes, for another model. */
        PromptCell alone(Sampling other) {
            return with(other, null, skills);
        }

        /** Every cell that is run for this one, and the questions of its validators. */
        public List<Takes.Part> parts() {
            List<Takes.Part> all = new ArrayList<>();
            Checks.asked(checks.before()).forEach(asks -> all.add(Takes.Part.once(asks)));
            all.addAll(ownParts());
            Checks.asked(checks.after())
                    .forEach(asks ->
                            all.add(takes == null ? Takes.Part.once(asks) : takes.check(asks)));
            return all;
        }

        /** Itself, or its takes and their judge. */
        List<Takes.Part> ownParts() {
            return takes == null ? List.of(Takes.Part.once(this)) : takes.parts(this);
        }

        /** The most requests that one run of the cell sends, beside those of a broken endpoint. */
        public int mostRequests() {
            Integer turns = skills.isEmpty() ? null : maxTurns();
            return turns == null ? mostAnswers() : mostAnswers() * turns;
        }

        /** The most calls of tools that one run of the cell makes, those of its takes included. */
        public long mostToolCalls() {
            Integer turns = skills.isEmpty() ? null : maxTurns();
            long runs = (long) mostAnswers() * (takes == null ? 1 : takes.factor());
            return turns == null ? 0 : runs * (turns - 1) * Toolbox.MOST_CALLS;
        }

        @Override
        public String nodeType() {
            return "llm";
        }

        @Override
        public Optional<PromptCell> prompt() {
            return Optional.of(this);
        }

        @Override
        public @Nullable Map<String, String> shape() {
            return outputSchema == null ? null : outputSchema.properties();
        }

        @Override
        public List<SubCascadeCell> subCascades() {
            return InnerCascade.runs(this);
        }

        @Override
        public boolean readsOutside() {
            return !skills.isEmpty() || checks.readOutside();
        }
    }

    /**
     * Makes an HTTP request.
     *
     * @param maxBytes of the answer; null leaves it to the server
     */
    record HttpCell(
            Head head,
            Method method,
            PromptTemplate url,
            Map<String, HeaderValue> headers,
            @Nullable PlacedTemplate body,
            @Nullable Integer maxBytes)
            implements Cell {
        public HttpCell {
            headers = Collections.unmodifiableMap(new LinkedHashMap<>(headers));
        }

        @Override
        public String nodeType() {
            return "http";
        }

        @Override
        public boolean readsOutside() {
            return true;
        }

        @Override
        public Map<String, String> shape() {
            return CellShapes.HTTP;
        }

        /** What is asked for. */
        public enum Method {
            GET,
            HEAD,
            POST,
            PUT,
            PATCH,
            DELETE
        }

        /**
         * A template, or a variable of the server's environment.
         *
         * @param env empty where there is a template
         * @param prefix before the variable's value
         */
        public record HeaderValue(@Nullable PlacedTemplate template, String env, String prefix) {}
    }

    /**
     * Runs SQL.
     *
     * @param parameters values of {@code $1 …}
     */
    record SqlCell(Head head, SqlTemplate query, List<Parameter> parameters) implements Cell {
        public SqlCell {
            parameters = List.copyOf(parameters);
        }

        @Override
        public String nodeType() {
            return "sql_data";
        }

        @Override
        public boolean readsOutside() {
            return true;
        }

        @Override
        public Map<String, String> shape() {
            return CellShapes.SQL;
        }

        /** One bound value and where it is written. */
        public record Parameter(CellPlace place, PromptTemplate template) {}
    }

    /**
     * Runs another cascade as a session of its own.
     *
     * @param path by which the catalog knows it
     * @param cascade as it was when this one was loaded
     * @param input what it is given; null for the input of this one
     * @param levels of sessions below the one that runs this cell, at least 1
     */
    record SubCascadeCell(
            Head head,
            String path,
            Cascade cascade,
            @Nullable NamedTemplates input,
            SubCascadeOutput output,
            int levels)
            implements Cell {
        @Override
        public String nodeType() {
            return "sub_cascade";
        }

        @Override
        public @Nullable Map<String, String> shape() {
            return output.shape(cascade);
        }

        @Override
        public boolean readsOutside() {
            return cascade.readsOutside();
        }

        @Override
        public List<SubCascadeCell> subCascades() {
            return List.of(this);
        }
    }
}
