package io.rvbbit.udf.cascade;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.rvbbit.udf.tool.Tool;
import io.rvbbit.udf.tool.ToolCall;
import io.rvbbit.udf.tool.ToolProvider;
import java.util.List;

/** The tool that the examples of the format name. */
public final class WarehouseTools implements ToolProvider {
    @Override
    public List<Tool> tools() {
        return List.of(new StockLevel());
    }

    /** Gives back what it is asked. */
    private static final class StockLevel implements Tool {
        @Override
        public String name() {
            return "stock_level";
        }

        @Override
        public String description() {
            return "How many pieces of a product are in stock.";
        }

        @Override
        public JsonNode parameters() {
            return AnswerJson.tree("{\"type\": \"object\"}");
        }

        @Override
        public JsonNode call(ObjectNode arguments, ToolCall call) {
            return arguments;
        }
    }
}
