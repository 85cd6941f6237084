package io.rvbbit.gateway.wire;

import io.rvbbit.rewriter.SqlException;
import io.rvbbit.rewriter.SqlState;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Reads PostgreSQL's array text: {@code {1,NULL,"a \" b"}}, {@code {{1,2},{3,4}}}, and with bounds
 * in front {@code [0:1]={1,2}}, which are checked for form and left out.
 *
 * <p>Threading: one use, one thread.
 */
final class ArrayLiteral {
    private static final int MAX_DIMENSIONS = 6;
    private static final Pattern BOUNDS =
            Pattern.compile("\\s*+(?:\\[(?:[+-]?\\d++:)?[+-]?\\d++\\]\\s*+){1,6}+=");

    private final String text;
    private final Function<String, Object> item;
    private int at;

    ArrayLiteral(String text, Function<String, Object> item) {
        this.text = text;
        this.item = item;
    }

    List<@Nullable Object> parse() {
        Matcher bounds = BOUNDS.matcher(text);
        if (bounds.lookingAt()) {
            at = bounds.end();
        }
        skipSpace();
        List<@Nullable Object> array = level(1);
        skipSpace();
        if (at < text.length()) {
            throw malformed("Junk after closing right brace.");
        }
        requireSameShape(array);
        return array;
    }

    private List<@Nullable Object> level(int depth) {
        if (depth > MAX_DIMENSIONS) {
            throw new SqlException(
                    SqlState.PROGRAM_LIMIT_EXCEEDED,
                    "number of array dimensions (%d) exceeds the maximum allowed (%d)"
                            .formatted(depth, MAX_DIMENSIONS));
        }
        if (peek() != '{') {
            throw malformed("Array value must start with \"{\" or dimension information.");
        }
        at++;
        List<@Nullable Object> values = new ArrayList<>();
        skipSpace();
        if (peek() == '}' && depth == 1) {
            at++;
            return values;
        }
        while (true) {
            skipSpace();
            values.add(peek() == '{' ? level(depth + 1) : element());
            skipSpace();
            char next = peek();
            at++;
            if (next == '}') {
                return values;
            }
            if (next != ',') {
                throw malformed("Unexpected array element.");
            }
        }
    }

    private @Nullable Object element() {
        if (peek() == '"') {
            return item.apply(quoted());
        }
        StringBuilder raw = new StringBuilder();
        boolean escaped = false;
        int trimmed = 0; // space at the end is no part of the element, unless escaped
        while (peek() != ',' && peek() != '}') {
            char c = text.charAt(at++);
            if (c == '"' || c == '{') {
                throw malformed("Unexpected \"%s\" character.".formatted(c));
            }
            if (c == '\\') {
                escaped = true;
                c = peek();
                at++;
                raw.append(c);
                trimmed = raw.length();
            } else {
                raw.append(c);
                trimmed = isSpace(c) ? trimmed : raw.length();
            }
        }
        raw.setLength(trimmed);
        if (raw.isEmpty()) {
            throw malformed("Unexpected \"%s\" character.".formatted(peek()));
        }
        String word = raw.toString();
        return !escaped && word.equalsIgnoreCase("NULL") ? null : item.apply(word);
    }

    private String quoted() {
        StringBuilder value = new StringBuilder();
        at++;
        while (peek() != '"') {
            if (peek() == '\\') {
                at++;
            }
            value.append(peek());
            at++;
        }
        at++;
        return value.toString();
    }

    private char peek() {
        if (at >= text.length()) {
            throw malformed("Unexpected end of input.");
        }
        return text.charAt(at);
    }

    private void skipSpace() {
        while (at < text.length() && isSpace(text.charAt(at))) {
            at++;
        }
    }

    private static boolean isSpace(char c) {
        return c == ' ' || (c >= '\t' && c <= '\r');
    }

    /** Neighbours have the same number of elements, at every depth. */
    private void requireSameShape(List<?> array) {
        List<Integer> first = shape(array);
        if (!hasShape(array, first, 0)) {
            throw malformed(
                    "Multidimensional arrays must have sub-arrays with matching dimensions.");
        }
    }

    private static List<Integer> shape(List<?> array) {
        List<Integer> sizes = new ArrayList<>();
        Object level = array;
        while (level instanceof List<?> list) {
            sizes.add(list.size());
            level = list.isEmpty() ? "" : list.getFirst();
        }
        return sizes;
    }

    private static boolean hasShape(@Nullable Object value, List<Integer> sizes, int depth) {
        if (depth == sizes.size()) {
            return !(value instanceof List<?>);
        }
        if (!(value instanceof List<?> list) || list.size() != sizes.get(depth)) {
            return false;
        }
        for (Object child : list) {
            if (!hasShape(child, sizes, depth + 1)) {
                return false;
            }
        }
        return true;
    }

    private SqlException malformed(String detail) {
        return new SqlException(
                        SqlState.INVALID_TEXT_REPRESENTATION,
                        "malformed array literal: \"%s\"".formatted(text))
                .detail(detail);
    }
}
