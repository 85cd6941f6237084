package io.rvbbit.gateway.access;

/**
 * As whom a session acts, from its login to its end.
 *
 * @param admin may see what all did, and make databases and roles
 */
public record Identity(String user, boolean admin) {}
