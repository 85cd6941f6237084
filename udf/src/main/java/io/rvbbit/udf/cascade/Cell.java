package io.rvbbit.udf.cascade;

/** One step of a pipeline. */
public sealed interface Cell {
    String name();

    /** Calls a model. */
    record PromptCell(String name) implements Cell {}

    /** Runs SQL. */
    record SqlCell(String name) implements Cell {}
}
