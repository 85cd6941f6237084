package io.rvbbit.udf.web;

import java.util.Map;

/**
 * A good answer, without secrets.
 *
 * @param headers names in lower case; values of one name joined by commas
 */
public record WebResponse(int status, Map<String, String> headers, String body) {}
