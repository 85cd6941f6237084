package io.rvbbit.gateway.session;

import io.rvbbit.gateway.engine.Chunk;
import io.rvbbit.gateway.engine.Column;
import io.rvbbit.gateway.engine.Vector;
import io.rvbbit.gateway.execution.Cancellation;
import io.rvbbit.gateway.execution.ClientContext;
import io.rvbbit.gateway.execution.Execution;
import io.rvbbit.gateway.execution.Plan;
import io.rvbbit.gateway.execution.StatementPlanner;
import io.rvbbit.gateway.wire.DateStyle;
import io.rvbbit.gateway.wire.Format;
import io.rvbbit.gateway.wire.ParameterDecoder;
import io.rvbbit.gateway.wire.RowBuffer;
import io.rvbbit.rewriter.Lexer;
import io.rvbbit.rewriter.Script;
import io.rvbbit.rewriter.SqlException;
import io.rvbbit.rewriter.SqlState;
import io.rvbbit.rewriter.Token;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What stands between the parentheses of EXECUTE.
 *
 * <p>A literal is read as a parameter in text would be; any other expression is computed by the
 * engine and goes the same way. Threading: the session's thread only.
 */
final class Arguments {
    private final ClientContext client;
    private final StatementPlanner planner;
    private final List<Script.Part> expressions;
    private final List<Integer> oids;

    /**
     * @param oids the parameters' types, one per expression
     */
    Arguments(
            ClientContext client,
            StatementPlanner planner,
            List<Script.Part> expressions,
            List<Integer> oids) {
        this.client = client;
        this.planner = planner;
        this.expressions = List.copyOf(expressions);
        this.oids = List.copyOf(oids);
    }

    List<@Nullable Object> values() {
        List<@Nullable Object> values = new ArrayList<>();
        for (int index = 0; index < expressions.size(); index++) {
            Script.Part expression = expressions.get(index);
            List<Token> tokens = Lexer.tokens(expression.text());
            String text = isLiteral(tokens) ? literal(tokens) : computed(expression);
            values.add(text == null ? null : decoded(text, oids.get(index), expression));
        }
        return values;
    }

    private Object decoded(String text, int oid, Script.Part expression) {
        try {
            return ParameterDecoder.decode(
                    oid,
                    Format.TEXT,
                    text.getBytes(StandardCharsets.UTF_8),
                    client.settings().timeZone(),
                    DateStyle.of(client.settings().get("DateStyle")).order());
        } catch (SqlException fault) {
            throw fault.at(expression.offset() + 1);
        }
    }

    private static boolean isLiteral(List<Token> tokens) {
        int last = tokens.size() - 2;
        Token token = tokens.get(Math.max(0, last));
        boolean number = token.kind() == Token.Kind.NUMBER;
        boolean signed =
                last == 1
                        && number
                        && (tokens.getFirst().isOperator("-") || tokens.getFirst().isOperator("+"));
        boolean quoted = token.isString() && "'$eE".indexOf(token.text().charAt(0)) >= 0;
        return signed || (last == 0 && (number || quoted || token.isAny("NULL", "TRUE", "FALSE")));
    }

    private static @Nullable String literal(List<Token> tokens) {
        Token token = tokens.get(tokens.size() - 2);
        if (token.is("NULL")) {
            return null;
        }
        String sign = tokens.getFirst().isOperator("-") ? "-" : "";
        return token.isString() ? token.string() : sign + token.text();
    }

    private @Nullable String computed(Script.Part expression) {
        Script.Part query =
                new Script.Part(
                        "SELECT " + expression.text(), expression.offset() - "SELECT ".length());
        try (Plan plan = planner.plan(query, List.of())) {
            if (!plan.parameterTypes().isEmpty()) {
                throw new SqlException(SqlState.UNDEFINED_PARAMETER, "there is no parameter $1");
            }
            try (Execution execution = plan.start(List.of(), new Cancellation())) {
                Chunk chunk = execution.next();
                String text = chunk == null ? null : text(plan.columns(), chunk);
                while (chunk != null) {
                    chunk = execution.next();
                }
                return text;
            }
        }
    }

    private @Nullable String text(List<Column> columns, Chunk chunk) {
        Vector vector = chunk.column(0);
        if (vector.isNull(0)) {
            return null;
        }
        RowBuffer buffer = new RowBuffer();
        TextStyle exact = TextStyle.plain(client.settings().timeZone(), 1);
        ValueEncoder.of(columns.getFirst().type(), Format.TEXT, exact).encode(vector, 0, buffer);
        return buffer.textFrom(0);
    }
}
