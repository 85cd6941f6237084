package io.rvbbit.gateway.http;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;

/** What is served as it lies in the program. Threading: immutable. */
final class Documents {
    private Documents() {}

    /** The OpenAPI document. */
    static Answer openApi() {
        try (InputStream in = Documents.class.getResourceAsStream("openapi.json")) {
            if (in == null) {
                throw new IllegalStateException("openapi.json is missing");
            }
            return Answer.text(Answer.JSON, new String(in.readAllBytes(), StandardCharsets.UTF_8));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
