package io.rvbbit.udf.cascade;

import io.rvbbit.udf.cascade.Cell.HttpCell.HeaderValue;
import io.rvbbit.udf.cascade.Cell.HttpCell.Method;
import io.rvbbit.udf.tool.Tool;
import java.time.Duration;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

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
     * Requests that the model makes.
     *
     * @param url that they go to, or below
     * @param methods that it may choose of; at least one
     * @param parameters an object of the method, the path, the query and the body, as far as the
     *     model decides on them
     * @param timeout null leaves it to the server
     * @param maxBytes of an answer; null leaves it to the server
     */
    record HttpSkill(
            String name,
            String description,
            CellPlace place,
            Cell.PlacedTemplate url,
            List<Method> methods,
            Map<String, HeaderValue> headers,
            OutputSchema parameters,
            @Nullable Duration timeout,
            @Nullable Integer maxBytes)
            implements Skill {
        public HttpSkill {
            methods = List.copyOf(methods);
            headers = Collections.unmodifiableMap(new LinkedHashMap<>(headers));
        }
    }

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

    /**
     * Tools of an MCP server.
     *
     * @param name what stands before the tools' own names
     * @param description stands before the tools' own descriptions
     * @param tools that may be called; empty: all
     */
    record McpSkill(
            String name, String description, CellPlace place, String server, List<String> tools)
            implements Skill {
        public McpSkill {
            tools = List.copyOf(tools);
        }
    }
}
