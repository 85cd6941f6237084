package io.rvbbit.udf.cascade;

/**
 * A name that renders as a quoted identifier in SQL and as plain text elsewhere. Threading:
 * immutable.
 *
 * @param given by the gateway, so it is the same for whatever row
 */
record SqlIdentifier(String name, boolean given) {
    /** A name that the row's values made. */
    SqlIdentifier(String name) {
        this(name, false);
    }

    @Override
    public String toString() {
        return name;
    }
}
