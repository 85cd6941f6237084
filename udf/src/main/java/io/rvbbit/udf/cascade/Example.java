package io.rvbbit.udf.cascade;

import com.fasterxml.jackson.databind.JsonNode;

/** An input and the answer it should get; the offline model's only source. */
public record Example(JsonNode input, JsonNode output) {}
