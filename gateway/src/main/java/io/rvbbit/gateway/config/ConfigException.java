package io.rvbbit.gateway.config;

/** The operator's configuration can't be used; the message names file and line or the variable. */
public final class ConfigException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    public ConfigException(String message) {
        super(message);
    }
}
