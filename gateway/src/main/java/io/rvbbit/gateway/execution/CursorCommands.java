package io.rvbbit.gateway.execution;

import io.rvbbit.gateway.engine.Column;
import io.rvbbit.gateway.execution.CursorMove.Direction;
import io.rvbbit.gateway.execution.Cursors.Declaration;
import io.rvbbit.gateway.execution.Cursors.Scroll;
import io.rvbbit.rewriter.Script;
import io.rvbbit.rewriter.SqlException;
import io.rvbbit.rewriter.SqlState;
import io.rvbbit.rewriter.Token;
import java.util.List;
import java.util.Optional;
import java.util.function.BiFunction;
import org.jspecify.annotations.Nullable;

/** DECLARE, FETCH, MOVE and CLOSE. Threading: the session's thread only. */
final class CursorCommands {
    private final ClientContext client;
    private final BiFunction<Script.Part, List<String>, Plan> queries;

    /**
     * @param queries plans the query of a DECLARE
     */
    CursorCommands(ClientContext client, BiFunction<Script.Part, List<String>, Plan> queries) {
        this.client = client;
        this.queries = queries;
    }

    Plan declare(String text, int offset, List<Token> tokens, List<String> parameterTypes) {
        Words words = new Words(tokens);
        words.next();
        String name = words.name();
        boolean binary = false;
        boolean insensitive = false;
        boolean asensitive = false;
        Scroll scroll = Scroll.UNSAID;
        while (!words.peek().is("CURSOR")) {
            Token option = words.peek();
            if (words.accept("BINARY")) {
                binary = true;
            } else if (words.accept("INSENSITIVE")) {
                insensitive = true;
            } else if (words.accept("ASENSITIVE")) {
                asensitive = true;
            } else {
                boolean no = words.accept("NO");
                words.expect("SCROLL");
                Scroll said = no ? Scroll.NO_SCROLL : Scroll.SCROLL;
                if (scroll != Scroll.UNSAID && scroll != said) {
                    throw conflict(option, "SCROLL", "NO SCROLL");
                }
                scroll = said;
            }
            if (insensitive && asensitive) {
                throw conflict(option, "INSENSITIVE", "ASENSITIVE");
            }
        }
        words.next();
        boolean holds = words.peek().is("WITH");
        if (words.accept("WITH") || words.accept("WITHOUT")) {
            words.expect("HOLD");
        }
        words.expect("FOR");
        Token first = words.peek();
        if (!first.isOperator("(")
                && !first.isAny("SELECT", "WITH", "VALUES", "TABLE", "FROM", "RVBBIT")) {
            throw words.unexpected("a query");
        }
        int start = first.start();
        Script.Part query =
                new Script.Part(text.substring(start), offset + text.codePointCount(0, start));
        Declaration declaration = new Declaration(name, text, binary, scroll, holds);
        return new DeclarePlan(client, declaration, () -> queries.apply(query, parameterTypes));
    }

    private static SqlException conflict(Token at, String one, String other) {
        return new SqlException(
                        SqlState.INVALID_CURSOR_DEFINITION,
                        "cannot specify both " + one + " and " + other)
                .at(at.start() + 1);
    }

    /** FETCH or MOVE. */
    Plan move(List<Token> tokens) {
        Words words = new Words(tokens);
        boolean quiet = words.next().is("MOVE");
        Direction direction = Direction.FORWARD;
        long count = 1;
        boolean said = true;
        if (words.accept("NEXT")) {
            count = 1;
        } else if (words.accept("PRIOR")) {
            direction = Direction.BACKWARD;
        } else if (words.accept("FIRST")) {
            direction = Direction.ABSOLUTE;
        } else if (words.accept("LAST")) {
            direction = Direction.ABSOLUTE;
            count = -1;
        } else if (words.accept("ABSOLUTE")) {
            direction = Direction.ABSOLUTE;
            count = number(words);
        } else if (words.accept("RELATIVE")) {
            direction = Direction.RELATIVE;
            count = number(words);
        } else if (words.peek().isAny("FORWARD", "BACKWARD") && !names(words, 1)) {
            direction = words.next().is("FORWARD") ? Direction.FORWARD : Direction.BACKWARD;
            if (words.accept("ALL")) {
                count = CursorMove.ALL;
            } else if (isNumber(words)) {
                count = number(words);
            }
        } else if (words.peek().is("ALL") && !names(words, 1)) {
            words.next();
            count = CursorMove.ALL;
        } else if (isNumber(words)) {
            count = number(words);
        } else {
            said = false;
        }
        boolean linked = words.accept("FROM") || words.accept("IN");
        if (!linked && !said && !words.peek().isIdentifier()) {
            throw words.unexpected("a cursor name");
        }
        String name = words.name();
        words.end();
        if (count < 0 && direction == Direction.FORWARD) {
            direction = Direction.BACKWARD;
            count = -count;
        } else if (count < 0 && direction == Direction.BACKWARD) {
            direction = Direction.FORWARD;
            count = -count;
        }
        return new MovePlan(client, new CursorMove(name, direction, count, quiet));
    }

    /** Whether the statement ends there, so that the word before is the cursor's name. */
    private static boolean names(Words words, int further) {
        return words.peek(further).isEnd();
    }

    private static boolean isNumber(Words words) {
        return words.peek().kind() == Token.Kind.NUMBER
                || ((words.peek().isOperator("-") || words.peek().isOperator("+"))
                        && words.peek(1).kind() == Token.Kind.NUMBER);
    }

    private static long number(Words words) {
        boolean negative = words.acceptOperator("-");
        if (!negative) {
            words.acceptOperator("+");
        }
        Token digits = words.peek();
        if (digits.kind() != Token.Kind.NUMBER || !digits.text().matches("\\d{1,10}")) {
            throw words.unexpected("a whole number");
        }
        long number = Long.parseLong(words.next().text());
        if (number > Integer.MAX_VALUE) {
            throw Words.unexpected(digits, "a whole number up to " + Integer.MAX_VALUE);
        }
        return negative ? -number : number;
    }

    Plan close(List<Token> tokens) {
        Words words = new Words(tokens);
        words.next();
        boolean all = words.peek().is("ALL");
        String name = words.name();
        words.end();
        return new ControlPlan(
                Plan.Role.SESSION,
                _ -> {
                    if (all) {
                        client.cursors().closeAll();
                        return "CLOSE CURSOR ALL";
                    }
                    client.cursors().close(name);
                    return "CLOSE CURSOR";
                });
    }

    /** Its columns are those of the portal, if there is one when they are asked for. */
    private record MovePlan(ClientContext client, CursorMove where) implements Plan {
        @Override
        public List<Column> columns() {
            return where.quiet() ? List.of() : client.cursors().columns(where.portal());
        }

        @Override
        public Role role() {
            return Role.READS;
        }

        @Override
        public Optional<CursorMove> move() {
            return Optional.of(where);
        }

        @Override
        public Execution start(List<@Nullable Object> parameters, Cancellation cancellation) {
            throw new IllegalStateException("its rows are those of a portal: see move()");
        }
    }
}
