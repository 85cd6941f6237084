package io.rvbbit.gateway.http;

import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.databind.node.ArrayNode;
import io.rvbbit.gateway.engine.Chunk;
import io.rvbbit.gateway.engine.Column;
import io.rvbbit.gateway.execution.Settings;
import io.rvbbit.gateway.session.RowText;
import java.io.IOException;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/**
 * The columns of one result and how their values are written.
 *
 * <p>A name that stands twice becomes {@code name_2}, so that an object holds both. Threading: the
 * session's thread only.
 */
final class ResultColumns {
    private final List<Column> columns;
    private final List<String> names;
    private final RowText text;

    ResultColumns(List<Column> columns, Settings settings) {
        this.columns = List.copyOf(columns);
        this.names = distinct(columns.stream().map(Column::name).toList());
        this.text = new RowText(columns, settings);
    }

    private static List<String> distinct(List<String> names) {
        Set<String> taken = new HashSet<>(names);
        Set<String> used = new HashSet<>();
        List<String> distinct = new ArrayList<>();
        for (String name : names) {
            String own = name;
            for (int number = 2; !used.add(own); number++) {
                String next = name + "_" + number;
                own = taken.contains(next) ? own : next;
            }
            distinct.add(own);
        }
        return distinct;
    }

    List<String> names() {
        return names;
    }

    RowText text() {
        return text;
    }

    ArrayNode json() {
        ArrayNode all = Json.MAPPER.createArrayNode();
        for (int index = 0; index < names.size(); index++) {
            all.addObject()
                    .put("name", names.get(index))
                    .put("type", RowText.type(columns.get(index)));
        }
        return all;
    }

    void writeObject(JsonGenerator json, Chunk chunk, int row) throws IOException {
        json.writeStartObject();
        for (int index = 0; index < names.size(); index++) {
            json.writeFieldName(names.get(index));
            text.writeJson(json, chunk, row, index);
        }
        json.writeEndObject();
    }

    void writeArray(JsonGenerator json, Chunk chunk, int row) throws IOException {
        json.writeStartArray();
        for (int index = 0; index < names.size(); index++) {
            text.writeJson(json, chunk, row, index);
        }
        json.writeEndArray();
    }
}
