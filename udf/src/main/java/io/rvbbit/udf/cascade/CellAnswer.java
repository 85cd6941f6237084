package io.rvbbit.udf.cascade;

import com.fasterxml.jackson.databind.JsonNode;

/**
 * What a cell gave.
 *
 * @param output null of JSON where it failed and the run goes on
 * @param plainText whether it is text without a structure
 */
record CellAnswer(JsonNode output, boolean plainText) {}
