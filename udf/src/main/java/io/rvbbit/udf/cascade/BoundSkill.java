package io.rvbbit.udf.cascade;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.rvbbit.udf.llm.ModelRequest;

/**
 * A skill as one run has it. Threading: any thread, several at a time.
 *
 * @param definition what the model is told
 * @param parameters what its arguments are checked against
 */
record BoundSkill(ModelRequest.Tool definition, OutputSchema parameters, Work work) {
    /** What a call does. */
    @FunctionalInterface
    interface Work {
        /**
         * @throws RowFailure that the model is told
         * @throws io.rvbbit.rewriter.SqlException that ends the statement
         */
        ToolBooks.Result call(ObjectNode arguments) throws InterruptedException;
    }

    BoundSkill(String name, String description, OutputSchema parameters, Work work) {
        this(new ModelRequest.Tool(name, description, parameters.json()), parameters, work);
    }
}
