package io.rvbbit.gateway.dialect;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.List;

/** A path into a JSON value: {@code '{a,0,b}'} or an array of texts. Threading: stateless. */
final class JsonPath {
    private JsonPath() {}

    /**
     * @param path as JSON: a string that holds an array literal, or an array
     */
    static List<String> steps(String path) {
        JsonNode node = JsonbText.parse(path);
        List<String> steps = new ArrayList<>();
        if (node.isArray()) {
            node.forEach(step -> steps.add(step.asText()));
        } else {
            JsonbText.parse(Values.arrayJson(node.asText()))
                    .forEach(step -> steps.add(step.asText()));
        }
        return steps;
    }

    static String pointer(String path) {
        StringBuilder pointer = new StringBuilder();
        for (String step : steps(path)) {
            pointer.append('/').append(step.replace("~", "~0").replace("/", "~1"));
        }
        return pointer.isEmpty() ? "$" : pointer.toString();
    }
}
