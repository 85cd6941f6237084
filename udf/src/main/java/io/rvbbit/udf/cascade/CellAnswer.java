package io.rvbbit.udf.cascade;

import com.fasterxml.jackson.databind.JsonNode;

/**
 * What a cell gave.
 *
 * @param output null of JSON where it failed and the run goes on
 * @param plainText whether it is text without a structure
 * @param failed whether the run goes on without it
 * @param handedTo the cell that its model has chosen to be next; empty if it has chosen none
 */
record CellAnswer(JsonNode output, boolean plainText, boolean failed, String handedTo) {
    static CellAnswer failure(JsonNode output) {
        return new CellAnswer(output, false, true, "");
    }
}
