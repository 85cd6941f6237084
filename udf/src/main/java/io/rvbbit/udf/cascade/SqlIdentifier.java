package io.rvbbit.udf.cascade;

/**
 * A name that renders as a quoted identifier in SQL and as plain text elsewhere. Threading:
 * immutable.
 */
record SqlIdentifier(String name) {
    @Override
    public String toString() {
        return name;
    }
}
