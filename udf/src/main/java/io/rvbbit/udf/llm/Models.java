package io.rvbbit.udf.llm;

/** Finds the client that serves a model. Threading: any thread. */
public interface Models {
    /**
     * The client and the endpoint's name for a model.
     *
     * @param model as the cascade or statement names it; empty for the server's default
     * @throws io.rvbbit.rewriter.SqlException 22023 if there is an endpoint but no usable model
     */
    Resolved resolve(String model);

    /** {@code model} is what the request carries. */
    record Resolved(ModelClient client, String model) {}
}
