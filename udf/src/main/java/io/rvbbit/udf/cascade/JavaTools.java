package io.rvbbit.udf.cascade;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.rvbbit.rewriter.SqlState;
import io.rvbbit.udf.cascade.Skill.JavaSkill;
import io.rvbbit.udf.tool.Tool;
import io.rvbbit.udf.tool.ToolCall;
import io.rvbbit.udf.tool.ToolException;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Calls tools that jars have brought. */
final class JavaTools {
    static final String CLASS = "tool";

    /** Of a fault that another attempt may not meet. */
    static final String PASSING = "unavailable";

    private static final Logger LOG = LoggerFactory.getLogger(JavaTools.class);

    private JavaTools() {}

    static BoundSkill bind(JavaSkill skill, Cell cell, CellRun run) {
        Tool tool = skill.tool();
        return new BoundSkill(
                skill.name(),
                skill.description().isEmpty() ? tool.description() : skill.description(),
                skill.parameters(),
                arguments -> {
                    JsonNode result = call(tool, arguments, cell, run);
                    return new ToolBooks.Result(result, result);
                });
    }

    /**
     * @throws RowFailure as the tool says; a bug of it is told by its class alone, and logged
     */
    static JsonNode call(Tool tool, ObjectNode arguments, Cell cell, CellRun run)
            throws InterruptedException {
        ToolCall call =
                new ToolCall(run.invocation().caller().toString(), run.session(), cell.name());
        try {
            @Nullable JsonNode result = tool.call(arguments.deepCopy(), call);
            return Objects.requireNonNullElseGet(result, JsonNodeFactory.instance::nullNode);
        } catch (ToolException e) {
            stopIfInterrupted();
            throw failure(String.valueOf(e.getMessage()), e.isPassing());
        } catch (RuntimeException | LinkageError e) {
            stopIfInterrupted();
            LOG.warn("{}: tool {} broke down", call.caller(), tool.name(), e);
            throw failure(
                    "tool %s broke down: %s"
                            .formatted(Names.quoted(tool.name()), e.getClass().getSimpleName()),
                    false);
        }
    }

    private static void stopIfInterrupted() throws InterruptedException {
        if (Thread.interrupted()) {
            throw new InterruptedException();
        }
    }

    private static RowFailure failure(String message, boolean passing) {
        return new RowFailure(passing ? PASSING : CLASS, SqlState.EXTERNAL_ROUTINE, message);
    }
}
