package io.rvbbit.udf.llm;

import org.apache.hc.core5.http.MessageHeaders;

/**
 * What an endpoint answered.
 *
 * @param body no longer than the provider's bound
 * @param cut whether the endpoint sent more than that
 */
@SuppressWarnings("ArrayRecordComponent") // Read once, compared never.
record ChatResponse(int status, MessageHeaders headers, byte[] body, boolean cut) {}
