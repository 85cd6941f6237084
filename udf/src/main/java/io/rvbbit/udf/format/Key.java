package io.rvbbit.udf.format;

/**
 * One key of a mapping.
 *
 * @param meaning one line of Markdown for people
 * @param example a value as YAML in one line
 * @param test simple name of the test class that shows what the key does
 */
public record Key(
        String name, KeyType type, Unsaid unsaid, String meaning, String example, String test) {
    /** Without its example and test, which {@link #shown} adds. */
    static Key of(String name, KeyType type, Unsaid unsaid, String meaning) {
        return new Key(name, type, unsaid, meaning, "", "");
    }

    Key shown(String yaml, String testClass) {
        return new Key(name, type, unsaid, meaning, yaml, testClass);
    }

    boolean required() {
        return unsaid instanceof Unsaid.Required;
    }
}
