package io.rvbbit.udf;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What a statement was asked, by whom and where: enough to ask it again.
 *
 * @param statement the client's text
 * @param queryType as {@code sql_query_log} has it
 * @param parameterTypes engine types of {@code $1 …}
 * @param parameters their values, in a form that only the gateway reads
 * @param settings of the session that the result depends on, by name
 * @param startedAt ISO 8601, UTC
 * @param inputs columns of the rows that its one MAP is given; empty for a statement that has no
 *     MAP, or more than that; null in a head that an earlier version wrote
 * @param functions that did not exist, with what they give; null as {@code inputs}
 */
public record JournalHead(
        String caller,
        String statement,
        String queryType,
        String user,
        String database,
        List<String> parameterTypes,
        List<JsonNode> parameters,
        Map<String, String> settings,
        String startedAt,
        @Nullable List<InputColumn> inputs,
        @Nullable List<FallbackCall> functions) {

    /**
     * A column of a row that is mapped.
     *
     * @param type as the engine writes it
     */
    public record InputColumn(String name, String type) {}

    public JournalHead {
        parameterTypes = List.copyOf(parameterTypes);
        parameters = List.copyOf(parameters);
        settings = Map.copyOf(settings);
        inputs = inputs == null ? null : List.copyOf(inputs);
        functions = functions == null ? null : List.copyOf(functions);
    }

    /** What was decided of functions that did not exist; empty where that is not known. */
    public List<FallbackCall> decided() {
        List<FallbackCall> known = functions;
        return known == null ? List.of() : known;
    }
}
