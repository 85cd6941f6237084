package io.rvbbit.gateway.engine;

import io.rvbbit.rewriter.Lexer;
import io.rvbbit.rewriter.SqlException;
import io.rvbbit.rewriter.SqlState;
import io.rvbbit.rewriter.Token;
import java.util.ArrayList;
import java.util.List;
import java.util.SortedSet;
import java.util.TreeSet;

/**
 * A statement's {@code $n}, renumbered without gaps and cast where a type is known.
 *
 * <p>DuckDB's driver fails on {@code $2} without {@code $1}, and says nothing about a result as
 * long as one parameter's type is open. Threading: immutable.
 */
final class Placeholders {
    /** PostgreSQL's own bound: the wire counts parameters in 16 bits. */
    private static final int MAX_NUMBER = 65_535;

    private final String sql;
    private final List<Place> places;
    private final List<Integer> numbers;

    /**
     * Where a parameter stands.
     *
     * @param castEnd behind the type of an array that the statement casts it to; 0 without
     * @param castDimensions of that array
     */
    private record Place(Token token, int castEnd, int castDimensions) {
        int number() {
            return Integer.parseInt(token.text().substring(1));
        }
    }

    private Placeholders(String sql, List<Place> places, List<Integer> numbers) {
        this.sql = sql;
        this.places = places;
        this.numbers = numbers;
    }

    /**
     * @throws SqlException 42601 for a literal that never ends, 42P02's like for a bad number
     */
    static Placeholders in(String sql) {
        List<Place> found = new ArrayList<>();
        SortedSet<Integer> numbers = new TreeSet<>();
        List<Token> tokens = Lexer.tokens(sql);
        if (tokens.getFirst().is("PREPARE")) {
            // Its parameters belong to the EXECUTE that will follow, not to the client's Bind.
            return new Placeholders(sql, List.of(), List.of());
        }
        for (int i = 0; i < tokens.size(); i++) {
            if (tokens.get(i).kind() == Token.Kind.PARAMETER) {
                numbers.add(number(tokens.get(i), sql));
                found.add(place(tokens, i));
            }
        }
        return new Placeholders(sql, List.copyOf(found), List.copyOf(numbers));
    }

    private static Place place(List<Token> tokens, int at) {
        Token token = tokens.get(at);
        int type = at + 2;
        if (!tokens.get(at + 1).isOperator("::") || !tokens.get(type).isIdentifier()) {
            return new Place(token, 0, 0);
        }
        int next = type + 1;
        while (tokens.get(next).isIdentifier()) {
            next++; // such as WITH TIME ZONE
        }
        if (tokens.get(next).isOperator("(")) {
            while (!tokens.get(next).isEnd() && !tokens.get(next).isOperator(")")) {
                next++;
            }
            next++;
        }
        int dimensions = 0;
        while (tokens.get(next).isOperator("[") && tokens.get(next + 1).isOperator("]")) {
            dimensions++;
            next += 2;
        }
        return dimensions == 0
                ? new Place(token, 0, 0)
                : new Place(token, tokens.get(next - 1).end(), dimensions);
    }

    private static int number(Token token, String sql) {
        String digits = token.text().substring(1);
        if (!digits.chars().allMatch(Character::isDigit) || digits.length() > 5) {
            throw noParameter(token, sql);
        }
        int number = Integer.parseInt(digits);
        if (number == 0 || number > MAX_NUMBER) {
            throw noParameter(token, sql);
        }
        return number;
    }

    private static SqlException noParameter(Token token, String sql) {
        return new SqlException(SqlState.SYNTAX_ERROR, "there is no parameter " + token.text())
                .at(sql.codePointCount(0, token.start()) + 1)
                .hint("parameters are written $1, $2, …");
    }

    /** The numbers used, ascending; DuckDB's first parameter is the first of them, and so on. */
    List<Integer> numbers() {
        return numbers;
    }

    int highest() {
        return numbers.isEmpty() ? 0 : numbers.getLast();
    }

    /**
     * The text for DuckDB.
     *
     * @param types by {@code n - 1}; "" leaves the type to DuckDB
     */
    Edited with(List<String> types) {
        StringBuilder text = new StringBuilder(sql.length() + 16 * places.size());
        List<int[]> anchors = new ArrayList<>();
        int copied = 0;
        for (Place place : places) {
            Token token = place.token();
            int number = place.number();
            text.append(sql, copied, token.start());
            anchors.add(new int[] {text.length(), token.start()});
            text.append('$').append(numbers.indexOf(number) + 1);
            String type = types.get(number - 1);
            if (!type.isEmpty()) {
                text.append(ArrayTypes.cast(type));
            }
            copied = token.end();
            anchors.add(new int[] {text.length(), copied});
            int more = ArrayTypes.dimensions(type) - place.castDimensions();
            if (place.castDimensions() > 0 && more > 0) {
                text.append(sql, copied, place.castEnd()).append("[]".repeat(more));
                copied = place.castEnd();
                anchors.add(new int[] {text.length(), copied});
            }
        }
        text.append(sql, copied, sql.length());
        return new Edited(text.toString(), sql, List.copyOf(anchors));
    }

    /** The text with NULLs of the given types instead of parameters: only good for describing. */
    String withNulls(List<String> types) {
        StringBuilder text = new StringBuilder(sql.length() + 24 * places.size());
        int copied = 0;
        for (Place place : places) {
            Token token = place.token();
            String type = types.get(place.number() - 1);
            text.append(sql, copied, token.start())
                    .append("CAST(NULL AS ")
                    .append(type.isEmpty() ? "VARCHAR" : type)
                    .append(')');
            copied = token.end();
        }
        return text.append(sql, copied, sql.length()).toString();
    }

    /** An edited statement and the way back to the text that the client sent. */
    static final class Edited {
        private final String text;
        private final String original;
        private final List<int[]> anchors;

        private Edited(String text, String original, List<int[]> anchors) {
            this.text = text;
            this.original = original;
            this.anchors = anchors;
        }

        String text() {
            return text;
        }

        /** The same with a word that the client did not write; {@code index} is in this text. */
        Edited insert(int index, String word) {
            List<int[]> moved = new ArrayList<>();
            int from = 0;
            int to = 0;
            for (int[] anchor : anchors) {
                if (anchor[0] <= index) {
                    moved.add(anchor);
                    from = anchor[0];
                    to = anchor[1];
                }
            }
            moved.add(new int[] {index + word.length(), to + index - from});
            for (int[] anchor : anchors) {
                if (anchor[0] > index) {
                    moved.add(new int[] {anchor[0] + word.length(), anchor[1]});
                }
            }
            String edited = text.substring(0, index) + word + text.substring(index);
            return new Edited(edited, original, List.copyOf(moved));
        }

        /**
         * The 1-based character of the original for a byte of the edited text.
         *
         * @param offset 0-based, in UTF-8 bytes, as DuckDB counts
         */
        int position(int offset) {
            int index = indexOfByte(offset);
            int from = 0;
            int to = 0;
            for (int[] anchor : anchors) {
                if (anchor[0] > index) {
                    break;
                }
                from = anchor[0];
                to = anchor[1];
            }
            int there = Math.min(to + index - from, original.length());
            return original.codePointCount(0, there) + 1;
        }

        private int indexOfByte(int offset) {
            int bytes = 0;
            int index = 0;
            while (index < text.length() && bytes < offset) {
                int codePoint = text.codePointAt(index);
                bytes += utf8Length(codePoint);
                index += Character.charCount(codePoint);
            }
            return index;
        }

        private static int utf8Length(int codePoint) {
            if (codePoint < 0x80) {
                return 1;
            }
            if (codePoint < 0x800) {
                return 2;
            }
            return codePoint < 0x1_0000 ? 3 : 4;
        }
    }
}
