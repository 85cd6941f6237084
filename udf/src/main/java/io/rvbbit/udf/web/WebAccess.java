package io.rvbbit.udf.web;

import java.time.Duration;
import java.util.List;
import java.util.Map;

/**
 * What the server lets cascades do over HTTP. Threading: immutable.
 *
 * @param secrets values of environment variables that headers may name, by the variables' names;
 *     those that are allowed and not set are missing
 * @param named all variables that headers may name
 * @param timeout of one request with its redirects
 * @param maxBytes of one answer
 * @param maxCalls requests at a time; others wait in the order in which they came
 */
public record WebAccess(
        AddressRules addresses,
        Map<String, String> secrets,
        List<String> named,
        Duration timeout,
        int maxBytes,
        int maxCalls) {
    /** Public addresses, no secrets. */
    public static final WebAccess DEFAULT =
            new WebAccess(
                    new AddressRules(List.of()),
                    Map.of(),
                    List.of(),
                    Duration.ofSeconds(30),
                    1_000_000,
                    256);

    public WebAccess {
        secrets = Map.copyOf(secrets);
        named = List.copyOf(named);
    }

    /** With the variable's name for each secret's value. */
    String withoutSecrets(String text) {
        String clean = text;
        for (Map.Entry<String, String> secret : secrets.entrySet()) {
            clean =
                    secret.getValue().isEmpty()
                            ? clean
                            : clean.replace(secret.getValue(), "<" + secret.getKey() + ">");
        }
        return clean;
    }

    /** Without secrets. */
    @Override
    public String toString() {
        return "WebAccess[timeout=%s, maxBytes=%d]".formatted(timeout, maxBytes);
    }
}
