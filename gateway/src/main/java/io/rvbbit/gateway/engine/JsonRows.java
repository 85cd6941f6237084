package io.rvbbit.gateway.engine;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.rvbbit.rewriter.SqlException;
import io.rvbbit.rewriter.SqlState;
import java.math.BigDecimal;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.List;

/**
 * Rows as JSON: numbers, booleans and nested values stay what they are, JSON is taken as it is, and
 * the rest is text; times as ISO 8601, bytes as Base64.
 */
final class JsonRows {
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final JsonNodeFactory NODES = JsonNodeFactory.instance;

    private JsonRows() {}

    /**
     * @throws SqlException 54000 beyond {@code maxRows}
     */
    static ArrayNode read(ResultCursor cursor, int maxRows) {
        ArrayNode rows = NODES.arrayNode();
        List<Column> columns = cursor.columns();
        for (Chunk chunk = cursor.next(); chunk != null; chunk = cursor.next()) {
            if (rows.size() + chunk.rows() > maxRows) {
                throw new SqlException(
                        SqlState.PROGRAM_LIMIT_EXCEEDED,
                        "the query gives more than " + maxRows + " rows");
            }
            for (int row = 0; row < chunk.rows(); row++) {
                ObjectNode object = rows.addObject();
                for (int i = 0; i < columns.size(); i++) {
                    object.set(columns.get(i).name(), value(chunk.column(i), row));
                }
            }
        }
        return rows;
    }

    static JsonNode value(Vector vector, int row) {
        if (vector.isNull(row)) {
            return NODES.nullNode();
        }
        EngineType type = vector.type();
        return switch (type.kind()) {
            case BOOLEAN -> NODES.booleanNode(vector.getLong(row) != 0);
            case TINYINT, SMALLINT, INTEGER, BIGINT, UTINYINT, USMALLINT, UINTEGER ->
                    NODES.numberNode(vector.getLong(row));
            case UBIGINT, HUGEINT, UHUGEINT, BIGNUM -> NODES.numberNode(vector.getBigInteger(row));
            case FLOAT, DOUBLE -> floating(vector, row);
            case DECIMAL ->
                    NODES.numberNode(new BigDecimal(vector.getBigInteger(row), type.scale()));
            case VARCHAR, ENUM, BIT, UNION, OTHER -> NODES.textNode(text(vector, row));
            case JSON -> json(text(vector, row));
            case BLOB -> NODES.textNode(Base64.getEncoder().encodeToString(vector.getBytes(row)));
            case DATE, TIME, TIME_TZ, TIMESTAMP, TIMESTAMP_TZ, INTERVAL, UUID ->
                    NODES.textNode(TemporalText.of(vector, row));
            case LIST, ARRAY -> list(vector, row);
            case MAP -> map(vector, row);
            case STRUCT -> struct(vector, row);
        };
    }

    // JSON has no way to write infinity or not-a-number as a number.
    private static JsonNode floating(Vector vector, int row) {
        double value = vector.getDouble(row);
        if (!Double.isFinite(value)) {
            return NODES.textNode(Double.toString(value));
        }
        return vector.type().kind() == EngineType.Kind.FLOAT
                ? NODES.numberNode((float) value)
                : NODES.numberNode(value);
    }

    private static JsonNode json(String text) {
        try {
            return JSON.readTree(text);
        } catch (JsonProcessingException _) {
            // DuckDB takes some texts for JSON that the standard does not, such as 1e999.
            return NODES.textNode(text);
        }
    }

    private static ArrayNode list(Vector vector, int row) {
        ArrayNode list = NODES.arrayNode();
        int from = vector.listOffset(row);
        for (int i = from; i < from + vector.listLength(row); i++) {
            list.add(value(vector.child(0), i));
        }
        return list;
    }

    private static ObjectNode struct(Vector vector, int row) {
        ObjectNode struct = NODES.objectNode();
        for (int i = 0; i < vector.type().children().size(); i++) {
            String label = vector.type().labels().get(i);
            struct.set(label.isEmpty() ? "v" + (i + 1) : label, value(vector.child(i), row));
        }
        return struct;
    }

    private static ObjectNode map(Vector vector, int row) {
        ObjectNode map = NODES.objectNode();
        Vector entries = vector.child(0);
        int from = vector.listOffset(row);
        for (int i = from; i < from + vector.listLength(row); i++) {
            JsonNode key = value(entries.child(0), i);
            map.set(key.isValueNode() ? key.asText() : key.toString(), value(entries.child(1), i));
        }
        return map;
    }

    private static String text(Vector vector, int row) {
        return new String(vector.getBytes(row), StandardCharsets.UTF_8);
    }
}
