package io.rvbbit.rewriter;

import io.rvbbit.rewriter.CopyOptions.Columns;
import io.rvbbit.rewriter.CopyOptions.Format;
import io.rvbbit.rewriter.CopyOptions.Header;
import java.nio.charset.StandardCharsets;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The options of one COPY as they are given, then checked against each other.
 *
 * <p>Words, states and the order of the checks are PostgreSQL 15's. Threading: one statement.
 */
final class CopyOptionsCheck {
    private static final Set<String> UTF8 = Set.of("UTF8", "UTF-8", "UNICODE");
    private static final Set<String> OTHER_ENCODINGS =
            Set.of(
                    "SQL_ASCII",
                    "LATIN1",
                    "LATIN2",
                    "LATIN9",
                    "ISO88591",
                    "ISO885915",
                    "WIN1250",
                    "WIN1251",
                    "WIN1252",
                    "KOI8R",
                    "EUC_JP",
                    "SJIS",
                    "GBK",
                    "BIG5",
                    "EUC_KR");
    private static final String NOT_A_TEXT_DELIMITER = "\\.abcdefghijklmnopqrstuvwxyz0123456789";

    private final Set<String> seen = new HashSet<>();
    private Format format = Format.TEXT;
    private @Nullable String delimiter;
    private @Nullable String nullText;
    private @Nullable String quote;
    private @Nullable String escape;
    private Header header = Header.NONE;
    private Columns forceQuote = Columns.NONE;
    private Columns forceNotNull = Columns.NONE;
    private Columns forceNull = Columns.NONE;

    /**
     * Takes one option.
     *
     * @param value a String, a List of names, {@link Columns#ALL}, or null where none is written
     */
    void set(String name, @Nullable Object value, int position) {
        String key = name.toLowerCase(Locale.ROOT);
        if (key.equals("convert_selectively") || !isKnown(key)) {
            throw error(SqlState.SYNTAX_ERROR, "option \"" + name + "\" not recognized", position);
        }
        if (key.equals("default")) {
            throw error(
                            SqlState.FEATURE_NOT_SUPPORTED,
                            "COPY option \"default\" is not supported",
                            position)
                    .hint("leave the column out of the list: it then gets its default");
        }
        if (!seen.add(key)) {
            throw error(SqlState.SYNTAX_ERROR, "conflicting or redundant options", position);
        }
        switch (key) {
            case "format" -> format = format(text(key, value), position);
            // It would spare a later VACUUM work, which DuckDB's storage does not have.
            case "freeze" -> {
                boolean _ = bool(key, value);
            }
            case "delimiter" -> delimiter = text(key, value);
            case "null" -> nullText = text(key, value);
            case "header" -> header = header(value);
            case "quote" -> quote = text(key, value);
            case "escape" -> escape = text(key, value);
            case "encoding" -> encoding(text(key, value), position);
            case "force_quote" -> forceQuote = columns(key, value, true, position);
            case "force_not_null" -> forceNotNull = columns(key, value, false, position);
            default -> forceNull = columns(key, value, false, position);
        }
    }

    private static boolean isKnown(String key) {
        return switch (key) {
            case "format",
                    "freeze",
                    "delimiter",
                    "null",
                    "default",
                    "header",
                    "quote",
                    "escape",
                    "encoding",
                    "force_quote",
                    "force_not_null",
                    "force_null" ->
                    true;
            default -> false;
        };
    }

    private static String text(String key, @Nullable Object value) {
        if (value instanceof String text) {
            return text;
        }
        throw new SqlException(SqlState.SYNTAX_ERROR, key + " requires a parameter");
    }

    private static Format format(String word, int position) {
        return switch (word) {
            case "text" -> Format.TEXT;
            case "csv" -> Format.CSV;
            case "binary" -> Format.BINARY;
            default ->
                    throw error(
                            SqlState.INVALID_PARAMETER_VALUE,
                            "COPY format \"" + word + "\" not recognized",
                            position);
        };
    }

    private static boolean bool(String key, @Nullable Object value) {
        return switch (value == null ? "true" : String.valueOf(value).toLowerCase(Locale.ROOT)) {
            case "true", "on", "1" -> true;
            case "false", "off", "0" -> false;
            default ->
                    throw new SqlException(
                            SqlState.SYNTAX_ERROR, key + " requires a Boolean value");
        };
    }

    private static Header header(@Nullable Object value) {
        if (value instanceof String text && text.equalsIgnoreCase("match")) {
            return Header.MATCH;
        }
        try {
            return bool("header", value) ? Header.PRESENT : Header.NONE;
        } catch (SqlException fault) {
            throw new SqlException(
                    SqlState.SYNTAX_ERROR, "header requires a Boolean value or \"match\"", fault);
        }
    }

    private static void encoding(String name, int position) {
        String known = name.toUpperCase(Locale.ROOT);
        if (UTF8.contains(known)) {
            return;
        }
        if (OTHER_ENCODINGS.contains(known.replace("-", ""))) {
            throw error(
                            SqlState.FEATURE_NOT_SUPPORTED,
                            "COPY with encoding \"" + name + "\" is not supported",
                            position)
                    .hint("convert the data to UTF8");
        }
        throw error(
                SqlState.INVALID_PARAMETER_VALUE,
                "argument to option \"encoding\" must be a valid encoding name",
                position);
    }

    private static Columns columns(
            String key, @Nullable Object value, boolean mayBeAll, int position) {
        if (value instanceof List<?> names) {
            return Columns.of(names.stream().map(String::valueOf).toList());
        }
        if (mayBeAll && value instanceof Columns all) {
            return all;
        }
        throw error(
                SqlState.INVALID_PARAMETER_VALUE,
                "argument to option \"" + key + "\" must be a list of column names",
                position);
    }

    CopyOptions checked(boolean from) {
        boolean csv = format == Format.CSV;
        boolean binary = format == Format.BINARY;
        require(!binary || delimiter == null, "cannot specify DELIMITER in BINARY mode");
        require(!binary || nullText == null, "cannot specify NULL in BINARY mode");
        if (header == Header.MATCH && !from) {
            throw new SqlException(
                    SqlState.FEATURE_NOT_SUPPORTED, "cannot use \"match\" with HEADER in COPY TO");
        }
        String delim = delimiter == null ? (csv ? "," : "\t") : delimiter;
        String nulls = nullText == null ? (csv ? "" : "\\N") : nullText;
        String quotes = quote == null ? "\"" : quote;
        String escapes = escape == null ? quotes : escape;
        support(isOneByte(delim), "COPY delimiter must be a single one-byte character");
        value(!isLineEnd(delim), "COPY delimiter cannot be newline or carriage return");
        value(
                nulls.chars().noneMatch(c -> c == '\n' || c == '\r'),
                "COPY null representation cannot use newline or carriage return");
        value(
                csv || binary || !NOT_A_TEXT_DELIMITER.contains(delim),
                "COPY delimiter cannot be \"" + delim + "\"");
        support(!binary || header == Header.NONE, "cannot specify HEADER in BINARY mode");
        support(csv || quote == null, "COPY quote available only in CSV mode");
        support(!csv || isOneByte(quotes), "COPY quote must be a single one-byte character");
        value(!csv || !delim.equals(quotes), "COPY delimiter and quote must be different");
        support(csv || escape == null, "COPY escape available only in CSV mode");
        support(!csv || isOneByte(escapes), "COPY escape must be a single one-byte character");
        force(forceQuote, "quote", "TO", csv, !from);
        force(forceNotNull, "not null", "FROM", csv, from);
        force(forceNull, "null", "FROM", csv, from);
        support(
                binary || !nulls.contains(delim),
                "COPY delimiter must not appear in the NULL specification");
        support(
                !csv || !nulls.contains(quotes),
                "CSV quote character must not appear in the NULL specification");
        return new CopyOptions(
                format,
                (byte) delim.charAt(0),
                nulls,
                header,
                (byte) quotes.charAt(0),
                (byte) escapes.charAt(0),
                forceQuote,
                forceNotNull,
                forceNull);
    }

    private static void force(
            Columns columns, String what, String direction, boolean csv, boolean right) {
        support(csv || !columns.isGiven(), "COPY force " + what + " available only in CSV mode");
        support(
                right || !columns.isGiven(),
                "COPY force " + what + " only available using COPY " + direction);
    }

    private static boolean isOneByte(String text) {
        return text.getBytes(StandardCharsets.UTF_8).length == 1;
    }

    private static boolean isLineEnd(String text) {
        return text.equals("\n") || text.equals("\r");
    }

    private static void require(boolean right, String message) {
        refuse(right, SqlState.SYNTAX_ERROR, message);
    }

    private static void support(boolean right, String message) {
        refuse(right, SqlState.FEATURE_NOT_SUPPORTED, message);
    }

    private static void value(boolean right, String message) {
        refuse(right, SqlState.INVALID_PARAMETER_VALUE, message);
    }

    private static void refuse(boolean right, SqlState state, String message) {
        if (!right) {
            throw new SqlException(state, message);
        }
    }

    private static SqlException error(SqlState state, String message, int position) {
        return new SqlException(state, message).at(position);
    }
}
