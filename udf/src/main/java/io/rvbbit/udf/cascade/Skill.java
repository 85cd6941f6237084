package io.rvbbit.udf.cascade;

import io.rvbbit.udf.tool.Tool;
import java.util.List;

/** Something that a cell's model may call. Threading: immutable. */
public sealed interface Skill {
    /** As the model calls it. */
    String name();

    /** What the cascade says of it, for the model; empty where it says nothing. */
    String description();

    CellPlace place();

    /**
     * Queries that the model writes.
     *
     * @param tables all that they may read: such as {@code products} or {@code sales.orders}
     * @param maxRows a query with more is refused
     */
    record SqlSkill(
            String name,
            String description,
            CellPlace place,
            List<PromptTemplate> tables,
            int maxRows)
            implements Skill {
        public SqlSkill {
            tables = List.copyOf(tables);
        }
    }

    /** A tool that a jar has brought; {@code parameters} are its own, compiled. */
    record JavaSkill(
            String name, String description, CellPlace place, Tool tool, OutputSchema parameters)
            implements Skill {}

    /**
     * Another cascade, run as a session of its own for each call.
     *
     * @param run the cell that stands for it in the books
     * @param parameters of its inputs
     */
    record CascadeSkill(
            String name,
            String description,
            CellPlace place,
            Cell.SubCascadeCell run,
            OutputSchema parameters)
            implements Skill {}
}
