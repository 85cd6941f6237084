package io.rvbbit.udf.cascade;

/** How names are shown in messages. */
final class Names {
    private static final int LONGEST_SHOWN = 80;

    private Names() {}

    /** In double quotes, cut and without control characters. */
    static String quoted(String name) {
        String shown =
                name.length() <= LONGEST_SHOWN ? name : name.substring(0, LONGEST_SHOWN) + "…";
        return '"' + shown.replaceAll("\\p{Cntrl}", "?") + '"';
    }
}
