package io.rvbbit.gateway.execution;

import io.rvbbit.rewriter.Lexer;
import io.rvbbit.rewriter.SqlException;
import io.rvbbit.rewriter.SqlState;
import io.rvbbit.rewriter.SqlText;
import io.rvbbit.rewriter.Token;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Calls of {@code set_config} and {@code current_setting} whose arguments do not hang on rows.
 *
 * <p>The session makes them before the statement runs, from left to right, and puts their results
 * in their place. Threading: the session's thread only.
 */
final class SettingCalls {
    private final String sql;
    private final List<Call> calls;

    private record Call(boolean sets, int start, int end, List<Token> arguments) {}

    private SettingCalls(String sql, List<Call> calls) {
        this.sql = sql;
        this.calls = calls;
    }

    /** Empty where there is none. */
    static Optional<SettingCalls> in(String sql) {
        String lower = sql.toLowerCase(Locale.ROOT);
        if (!lower.contains("set_config") && !lower.contains("current_setting")) {
            return Optional.empty();
        }
        List<Token> tokens = Lexer.tokensUpToFault(sql);
        if (!tokens.getFirst().isAny("SELECT", "WITH", "VALUES")
                && !tokens.getFirst().isOperator("(")) {
            return Optional.empty();
        }
        List<Call> calls = new ArrayList<>();
        for (int at = 0; at + 2 < tokens.size(); at++) {
            Token name = tokens.get(at);
            boolean called = name.isIdentifier() && tokens.get(at + 1).isOperator("(");
            if (called
                    && (name.identifier().equals("set_config")
                            || name.identifier().equals("current_setting"))) {
                call(tokens, at).ifPresent(calls::add);
            }
        }
        return calls.isEmpty() ? Optional.empty() : Optional.of(new SettingCalls(sql, calls));
    }

    private static Optional<Call> call(List<Token> tokens, int at) {
        boolean sets = tokens.get(at).identifier().equals("set_config");
        List<Token> arguments = new ArrayList<>();
        int index = at + 2;
        while (true) {
            Token argument = tokens.get(index);
            boolean constant =
                    argument.isString()
                            || argument.kind() == Token.Kind.PARAMETER
                            || argument.isAny("TRUE", "FALSE", "NULL");
            if (!constant) {
                return Optional.empty();
            }
            arguments.add(argument);
            index = behindCast(tokens, index + 1);
            if (tokens.get(index).isOperator(")")) {
                break;
            }
            if (!tokens.get(index).isOperator(",")) {
                return Optional.empty();
            }
            index++;
        }
        boolean complete =
                sets ? arguments.size() == 3 : arguments.size() == 1 || arguments.size() == 2;
        if (!complete) {
            return Optional.empty();
        }
        boolean qualified =
                at > 1 && tokens.get(at - 1).isOperator(".") && tokens.get(at - 2).is("pg_catalog");
        int start = tokens.get(qualified ? at - 2 : at).start();
        return Optional.of(new Call(sets, start, tokens.get(index).end(), arguments));
    }

    private static int behindCast(List<Token> tokens, int at) {
        boolean cast = tokens.get(at).isOperator("::") && tokens.get(at + 1).isIdentifier();
        return cast ? at + 2 : at;
    }

    /** The statement as it is described, before any call is made. */
    String described() {
        return replaced(calls.stream().map(_ -> "CAST(NULL AS VARCHAR)").toList());
    }

    /** Makes the calls and gives the statement with their results. */
    String made(ClientContext client, List<@Nullable Object> parameters) {
        List<String> results = new ArrayList<>();
        for (Call call : calls) {
            List<@Nullable String> arguments = new ArrayList<>();
            for (Token token : call.arguments()) {
                arguments.add(value(token, parameters));
            }
            String result = call.sets() ? set(client, arguments) : current(client, arguments);
            results.add(
                    result == null
                            ? "CAST(NULL AS VARCHAR)"
                            : "CAST(" + SqlText.literal(result) + " AS VARCHAR)");
        }
        return replaced(results);
    }

    private static @Nullable String value(Token token, List<@Nullable Object> parameters) {
        if (token.isString()) {
            return token.string();
        }
        if (token.kind() == Token.Kind.PARAMETER) {
            Object value = parameters.get(Integer.parseInt(token.text().substring(1)) - 1);
            return value == null ? null : value.toString();
        }
        return token.is("NULL") ? null : token.text().toLowerCase(Locale.ROOT);
    }

    private static @Nullable String set(ClientContext client, List<@Nullable String> arguments) {
        String name = arguments.get(0);
        if (name == null) {
            throw new SqlException(SqlState.NULL_VALUE_NOT_ALLOWED, "SET requires parameter name");
        }
        String value = arguments.get(1);
        boolean local =
                SettingValues.bool(
                                "is_local", Optional.ofNullable(arguments.get(2)).orElse("false"))
                        .equals("on");
        SettingCommands settings = new SettingCommands(client);
        if (value == null) {
            client.settings().reset(name, local);
            settings.applyChanged();
            return client.settings().get(name);
        }
        return settings.change(name, value, local);
    }

    private static @Nullable String current(
            ClientContext client, List<@Nullable String> arguments) {
        String name = arguments.getFirst();
        if (name == null) {
            return null;
        }
        String value = new SettingCommands(client).shown().get(name);
        boolean missing =
                arguments.size() == 2
                        && SettingValues.bool(
                                        "missing_ok",
                                        Optional.ofNullable(arguments.get(1)).orElse("false"))
                                .equals("on");
        return value == null && !missing ? client.settings().get(name) : value;
    }

    private String replaced(List<String> results) {
        StringBuilder text = new StringBuilder();
        int from = 0;
        for (int index = 0; index < calls.size(); index++) {
            Call call = calls.get(index);
            text.append(sql, from, call.start()).append(result(call, results.get(index)));
            from = call.end();
        }
        return text.append(sql.substring(from)).toString();
    }

    /** Parameters of a call stay in the text, so that they keep their numbers. */
    private static String result(Call call, String value) {
        String text = value;
        for (Token argument : call.arguments()) {
            if (argument.kind() == Token.Kind.PARAMETER) {
                text =
                        "CASE WHEN CAST(%s AS VARCHAR) IS NULL THEN %s ELSE %s END"
                                .formatted(argument.text(), text, text);
            }
        }
        return text;
    }
}
