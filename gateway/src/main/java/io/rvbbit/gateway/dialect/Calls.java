package io.rvbbit.gateway.dialect;

import io.rvbbit.rewriter.SqlText;
import io.rvbbit.rewriter.Token;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/**
 * Calls whose syntax, or whose name, means something else to the engine.
 *
 * <p>Threading: stateless.
 */
final class Calls {
    private static final String PG = DialectCatalog.SCHEMA + ".";

    private Calls() {}

    /**
     * The call at this token in the engine's words; empty where it may stay as it is.
     *
     * @param item whether it stands in a select list, where a function may give several rows
     */
    static String written(StatementWriter writer, int at, String name, boolean item) {
        return switch (name) {
            case "extract" -> extract(writer, at);
            case "concat" -> "concat(" + String.join(", ", texts(writer.arguments(at), 0)) + ")";
            case "concat_ws" ->
                    "concat_ws(" + String.join(", ", texts(writer.arguments(at), 1)) + ")";
            case "date_trunc" -> truncated(writer, at);
            case "grouping" -> "CAST(" + plain(writer, at, "grouping") + " AS INTEGER)";
            case "overlay" -> overlay(writer, at);
            case "position" -> position(writer, at);
            case "substr" -> PG + plain(writer, at, "_slice");
            case "substring" -> substring(writer, at);
            case "quote_ident" -> renamed(writer, at, "quote_ident");
            case "format" -> renamed(writer, at, "_format");
            case "encode" -> renamed(writer, at, "_encode");
            case "decode" -> renamed(writer, at, "_decode");
            case "json_build_object" -> PG + "_spaced(" + plain(writer, at, "json_object") + ")";
            case "json_build_array" -> PG + "_spaced(" + plain(writer, at, "json_array") + ")";
            case "jsonb_build_object" -> PG + "_jsonb(" + plain(writer, at, "json_object") + ")";
            case "jsonb_build_array" -> PG + "_jsonb(" + plain(writer, at, "json_array") + ")";
            default -> item ? rows(writer, at, name) : "";
        };
    }

    private static String rows(StatementWriter writer, int at, String name) {
        return switch (name) {
            case "generate_series" ->
                    "unnest(" + PG + "_series(" + String.join(", ", steps(writer, at)) + "))";
            case "regexp_matches" -> unnested(writer, at, PG + "_matches");
            case "regexp_split_to_table" -> unnested(writer, at, "regexp_split_to_array");
            case "string_to_table" -> unnested(writer, at, "string_to_array");
            case "json_array_elements", "jsonb_array_elements" ->
                    unnested(writer, at, PG + "_elements");
            case "json_array_elements_text", "jsonb_array_elements_text" ->
                    unnested(writer, at, PG + "_elements_text");
            case "json_object_keys" -> unnested(writer, at, PG + "_keys");
            case "jsonb_object_keys" ->
                    "unnest(" + PG + "_keys(" + PG + plain(writer, at, "_jsonb") + "))";
            default -> "";
        };
    }

    private static String unnested(StatementWriter writer, int at, String list) {
        return "unnest(" + plain(writer, at, list) + ")";
    }

    /** The arguments; a text as the third is an interval. */
    static List<String> steps(StatementWriter writer, int at) {
        List<String> arguments = new ArrayList<>(writer.arguments(at));
        Token last = writer.token(writer.brackets.partner(at + 1) - 1);
        if (arguments.size() == 3 && last.isString() && arguments.get(2).equals(last.text())) {
            arguments.set(2, Casting.interval(last.string()));
        }
        return arguments;
    }

    private static String renamed(StatementWriter writer, int at, String name) {
        return plain(writer, at, PG + name);
    }

    private static String plain(StatementWriter writer, int at, String name) {
        return name + "(" + String.join(", ", writer.arguments(at)) + ")";
    }

    private static String extract(StatementWriter writer, int at) {
        int close = writer.brackets.partner(at + 1);
        int from = at + 3;
        if (!writer.token(from).is("from")) {
            return "";
        }
        Token field = writer.token(at + 2);
        String name = (field.isString() ? field.string() : field.text()).toLowerCase(Locale.ROOT);
        String value = writer.part(from + 1, close);
        return switch (name) {
            case "epoch" -> PG + "_extract_epoch(" + value + ")";
            case "second", "seconds" -> PG + "_extract_second(" + value + ")";
            case "millisecond", "milliseconds" -> PG + "_extract_milliseconds(" + value + ")";
            default -> PG + "_extract(" + SqlText.literal(name) + ", " + value + ")";
        };
    }

    /** Each argument as PostgreSQL writes it, where the engine would write it otherwise. */
    private static List<String> texts(List<String> arguments, int from) {
        List<String> texts = new ArrayList<>();
        for (String argument : arguments) {
            boolean plain = texts.size() < from || argument.startsWith("'");
            texts.add(plain ? argument : PG + "_output(" + argument + ")");
        }
        return texts;
    }

    /** A date becomes a moment of the session's zone; typed only where the type can be told. */
    private static String truncated(StatementWriter writer, int at) {
        int close = writer.brackets.partner(at + 1);
        return writer.isOpen(at + 2, close) ? "" : renamed(writer, at, "_date_trunc");
    }

    private static String overlay(StatementWriter writer, int at) {
        int close = writer.brackets.partner(at + 1);
        StringBuilder out = new StringBuilder(PG + "_overlay(");
        int start = at + 2;
        for (int i = start; i < close; i = writer.brackets.after(i)) {
            if (writer.token(i).isAny("placing", "from", "for")) {
                out.append(writer.part(start, i)).append(", ");
                start = i + 1;
            }
        }
        return out.append(writer.part(start, close)).append(')').toString();
    }

    private static String position(StatementWriter writer, int at) {
        int close = writer.brackets.partner(at + 1);
        for (int i = at + 2; i < close; i = writer.brackets.after(i)) {
            if (writer.token(i).is("in")) {
                return "strpos(" + writer.part(i + 1, close) + ", " + writer.part(at + 2, i) + ")";
            }
        }
        return "";
    }

    private static String substring(StatementWriter writer, int at) {
        int close = writer.brackets.partner(at + 1);
        int start = at + 2;
        for (int i = start; i < close; i = writer.brackets.after(i)) {
            Token token = writer.token(i);
            if (token.is("similar")) {
                int escape = i + 1;
                while (escape < close && !writer.token(escape).is("escape")) {
                    escape = writer.brackets.after(escape);
                }
                return PG
                        + "_substring_similar("
                        + writer.part(start, i)
                        + ", "
                        + writer.part(i + 1, escape)
                        + ", "
                        + (escape < close ? writer.part(escape + 1, close) : "'\\'")
                        + ")";
            }
            boolean pattern = token.is("from") && writer.token(i + 1).isString();
            if (pattern && i + 2 == close) {
                String text = writer.part(start, i);
                return PG + "_substring(" + text + ", " + writer.part(i + 1, close) + ")";
            }
        }
        List<String> arguments = new ArrayList<>();
        int begin = start;
        boolean fromFirst = true;
        for (int i = start; i < close; i = writer.brackets.after(i)) {
            Token token = writer.token(i);
            if (token.isAny("from", "for") || token.isOperator(",")) {
                fromFirst &= !token.is("for") || !arguments.isEmpty();
                arguments.add(writer.part(begin, i));
                begin = i + 1;
            }
        }
        arguments.add(writer.part(begin, close));
        if (!fromFirst) {
            arguments.add(1, "1");
        }
        Token last = writer.token(close - 1);
        boolean pattern = arguments.size() == 2 && last.isString();
        String name = pattern ? "_substring(" : "_slice(";
        return PG + name + String.join(", ", arguments) + ")";
    }
}
