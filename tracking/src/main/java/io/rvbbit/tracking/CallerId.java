package io.rvbbit.tracking;

import java.util.regex.Pattern;

/**
 * Who caused a cost: one statement of one client, one HTTP request, one command line.
 *
 * <p>Form: {@code <prefix>-<adjective>-<creature>-<suffix>}, made by {@link IdSource}. Unique by
 * check; ordering is by time columns, never by id. Threading: immutable.
 */
public record CallerId(String value) {
    private static final Pattern FORM =
            Pattern.compile("(sql|http|cli|ui)-[a-z]+-[a-z]+-[0-9a-z]{6,12}");

    public CallerId {
        if (!FORM.matcher(value).matches()) {
            throw new IllegalArgumentException("not a caller id: " + value);
        }
    }

    @Override
    public String toString() {
        return value;
    }
}
