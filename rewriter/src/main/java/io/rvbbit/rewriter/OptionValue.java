package io.rvbbit.rewriter;

import io.rvbbit.rewriter.Token.Kind;
import java.math.BigDecimal;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * One value of WITH (…) as written, and its readings; a reading that does not fit is a 22023 here.
 *
 * @param token the value without its sign
 * @param position of the value in the client's whole text, from 1
 */
record OptionValue(String key, Token token, boolean negative, int position) {
    // Nine digits of the longest unit still are a Duration.
    private static final Pattern DURATION = Pattern.compile("\\s*(\\d{1,9})\\s*(ms|s|m|h|d)\\s*");

    static OptionValue read(TokenCursor cursor, String key) {
        int position = cursor.position(cursor.peek());
        boolean negative = cursor.acceptOperator("-");
        Token token = cursor.peek();
        boolean number = token.kind() == Kind.NUMBER;
        if (token.kind() == Kind.PARAMETER) {
            throw new SqlException(
                            SqlState.INVALID_PARAMETER_VALUE,
                            "key \"" + key + "\" takes a constant, not a parameter")
                    .at(position);
        }
        if (!(number || (!negative && (token.isString() || token.kind() == Kind.WORD)))) {
            throw cursor.unexpected("a value for the key \"" + key + "\"")
                    .hint("a value is 'text', a number, true, false or none");
        }
        cursor.next();
        return new OptionValue(key, token, negative, position);
    }

    SqlException invalid(String what) {
        String message = "key \"" + key + "\" " + what;
        return new SqlException(SqlState.INVALID_PARAMETER_VALUE, message).at(position);
    }

    private SqlException mustBe(String what) {
        String written = SourceText.excerpt((negative ? "-" : "") + token.text());
        return invalid("must be " + what + ", not " + written);
    }

    boolean isWord(String word) {
        return token.is(word);
    }

    boolean isText(String text) {
        return token.isString() && SqlText.sameWord(token.string().strip(), text);
    }

    boolean isFlag() {
        return token.isAny("true", "false");
    }

    boolean flag() {
        if (!isFlag()) {
            throw mustBe("true or false");
        }
        return token.is("true");
    }

    String text() {
        if (!token.isString() || token.string().isBlank()) {
            throw mustBe("a text in single quotes");
        }
        return token.string();
    }

    /** A name of a column or table to be made. */
    String name() {
        String name = text();
        if (name.startsWith("_rvbbit")) {
            throw mustBe("a name that does not begin with _rvbbit");
        }
        return name;
    }

    /** Names separated by commas, each in double quotes where it holds a comma. */
    List<String> names() {
        List<String> names = new ArrayList<>();
        StringBuilder name = new StringBuilder();
        boolean quoted = false;
        for (char character : text().toCharArray()) {
            quoted ^= character == '"';
            if (character == ',' && !quoted) {
                names.add(unquoted(name));
                name.setLength(0);
            } else {
                name.append(character);
            }
        }
        names.add(unquoted(name));
        return names;
    }

    private String unquoted(CharSequence written) {
        String name = written.toString().strip();
        if (name.length() > 2 && name.startsWith("\"") && name.endsWith("\"")) {
            name = name.substring(1, name.length() - 1).replace("\"\"", "\"");
        }
        if (name.isEmpty()) {
            throw mustBe("column names separated by commas");
        }
        return name;
    }

    long integer(long least, long most) {
        BigDecimal number = number("a whole number");
        boolean fits =
                number.stripTrailingZeros().scale() <= 0
                        && number.compareTo(BigDecimal.valueOf(least)) >= 0
                        && number.compareTo(BigDecimal.valueOf(most)) <= 0;
        if (!fits) {
            boolean bounded = most < Integer.MAX_VALUE;
            throw mustBe("a whole number from " + least + (bounded ? " to " + most : " up"));
        }
        return number.longValueExact();
    }

    BigDecimal decimal(long most, int digits) {
        BigDecimal number = number("a number");
        if (number.signum() < 0 || number.compareTo(BigDecimal.valueOf(most)) > 0) {
            throw mustBe("a number from 0 to " + most);
        }
        if (number.stripTrailingZeros().scale() > digits) {
            throw mustBe("a number with at most " + digits + " decimals");
        }
        return number;
    }

    private BigDecimal number(String what) {
        // The lengths keep a number such as 1e999999999 from being written out digit by digit.
        if (token.kind() != Kind.NUMBER || token.text().length() > 40) {
            throw mustBe(what);
        }
        try {
            BigDecimal number = new BigDecimal(token.text().replace("_", ""));
            if (Math.abs((long) number.scale()) > 40) {
                throw mustBe(what);
            }
            return negative ? number.negate() : number;
        } catch (NumberFormatException _) {
            throw mustBe(what);
        }
    }

    Duration duration(String what) {
        return time(token.isString() ? token.string().toLowerCase(Locale.ROOT) : "")
                .orElseThrow(() -> mustBe(what).hint("units: ms, s, m, h, d"));
    }

    /** A time such as {@code 30m}, in lower case; never zero. */
    static Optional<Duration> time(String text) {
        Matcher matcher = DURATION.matcher(text);
        if (!matcher.matches() || Long.parseLong(matcher.group(1)) == 0) {
            return Optional.empty();
        }
        long amount = Long.parseLong(matcher.group(1));
        return Optional.of(
                switch (matcher.group(2)) {
                    case "ms" -> Duration.ofMillis(amount);
                    case "s" -> Duration.ofSeconds(amount);
                    case "m" -> Duration.ofMinutes(amount);
                    case "h" -> Duration.ofHours(amount);
                    default -> Duration.ofDays(amount);
                });
    }

    String choice(String... choices) {
        for (String choice : choices) {
            if (isText(choice)) {
                return choice;
            }
        }
        throw mustBe("one of '" + String.join("', '", choices) + "'");
    }
}
