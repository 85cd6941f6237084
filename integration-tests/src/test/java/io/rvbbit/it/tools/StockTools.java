package io.rvbbit.it.tools;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.rvbbit.udf.tool.Tool;
import io.rvbbit.udf.tool.ToolCall;
import io.rvbbit.udf.tool.ToolException;
import io.rvbbit.udf.tool.ToolProvider;
import java.util.List;
import java.util.Map;
import java.util.concurrent.BrokenBarrierException;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/** The tools of a warehouse: what somebody's own jar would bring. */
public final class StockTools implements ToolProvider {
    @Override
    public List<Tool> tools() {
        return List.of(new StockLevel(), new Meeting(), new Sleeper());
    }

    private static JsonNode schema(String property) {
        try {
            return new ObjectMapper()
                    .readTree(
                            """
                            {"type": "object", "properties": {"%s": {"type": "string"}},
                             "required": ["%s"], "additionalProperties": false}\
                            """
                                    .formatted(property, property));
        } catch (JsonProcessingException impossible) {
            throw new IllegalStateException(impossible);
        }
    }

    /** How many of a product are there. */
    private static final class StockLevel implements Tool {
        private static final Map<String, Integer> ON_HAND = Map.of("A-1", 12, "B-2", 0);

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
            return schema("sku");
        }

        @Override
        public JsonNode call(ObjectNode arguments, ToolCall call) {
            String sku = arguments.path("sku").asText();
            if (sku.equals("bug")) {
                throw new IllegalStateException("secret of the tool");
            }
            Integer pieces = ON_HAND.get(sku);
            if (pieces == null) {
                throw ToolException.lasting("there is no product " + sku);
            }
            return JsonNodeFactory.instance.objectNode().put("sku", sku).put("on_hand", pieces);
        }
    }

    /** Ends only if two of its calls run at the same time. */
    private static final class Meeting implements Tool {
        private final CyclicBarrier both = new CyclicBarrier(2);

        @Override
        public String name() {
            return "meeting";
        }

        @Override
        public String description() {
            return "Waits for another one.";
        }

        @Override
        public JsonNode parameters() {
            return schema("who");
        }

        @Override
        public JsonNode call(ObjectNode arguments, ToolCall call) throws InterruptedException {
            try {
                var _ = both.await(20, TimeUnit.SECONDS);
            } catch (BrokenBarrierException | TimeoutException alone) {
                throw ToolException.lasting("nobody came");
            }
            return JsonNodeFactory.instance.textNode(arguments.path("who").asText() + " was there");
        }
    }

    /** Runs until it is interrupted. */
    static final class Sleeper implements Tool {
        /** Counts down when a call has begun. */
        static volatile CountDownLatch begun = new CountDownLatch(1);

        @Override
        public String name() {
            return "sleeper";
        }

        @Override
        public String description() {
            return "Takes its time.";
        }

        @Override
        public JsonNode parameters() {
            return schema("why");
        }

        @Override
        public JsonNode call(ObjectNode arguments, ToolCall call) throws InterruptedException {
            begun.countDown();
            new CountDownLatch(1).await();
            return JsonNodeFactory.instance.nullNode();
        }
    }
}
