package io.rvbbit.gateway.cli;

import io.rvbbit.rewriter.SqlException;
import java.util.Optional;

/** Errors and notices in psql's form. Threading: stateless. */
final class Diagnostics {
    /** Characters of a long line that are shown on each side of the position. */
    private static final int AROUND = 60;

    private Diagnostics() {}

    /**
     * All lines of a message, each with its end.
     *
     * @param place such as {@code file.sql:12: }, may be empty
     * @param statement what the position counts in
     */
    static String text(ServerMessage message, String place, String statement) {
        StringBuilder text = new StringBuilder(place);
        text.append(message.severity()).append(":  ").append(message.message()).append('\n');
        if (message.position() > 0) {
            pointAt(message.position(), statement, text);
        }
        message.detail().ifPresent(detail -> text.append("DETAIL:  ").append(detail).append('\n'));
        message.hint().ifPresent(hint -> text.append("HINT:  ").append(hint).append('\n'));
        return text.toString();
    }

    /** A fault that this process found, as the server would have told it. */
    static ServerMessage of(SqlException fault) {
        return new ServerMessage(
                "ERROR",
                fault.state().code(),
                String.valueOf(fault.getMessage()),
                fault.detail(),
                fault.hint(),
                fault.position());
    }

    /** The line of a text in which a character (counted from 0) stands, from 1. */
    static int line(String text, int characters) {
        int end = text.offsetByCodePoints(0, Math.min(characters, length(text)));
        return 1 + (int) text.substring(0, end).chars().filter(c -> c == '\n').count();
    }

    private static void pointAt(int position, String statement, StringBuilder text) {
        int at = statement.offsetByCodePoints(0, Math.min(position - 1, length(statement)));
        int start = statement.lastIndexOf('\n', at - 1) + 1;
        int end =
                Optional.of(statement.indexOf('\n', at))
                        .filter(i -> i >= 0)
                        .orElse(statement.length());
        String before = cutLeft(statement.substring(start, at));
        String after = cutRight(statement.substring(at, end));
        String label = "LINE " + line(statement, position - 1) + ": ";
        text.append(label).append(before).append(after).append('\n');
        text.repeat(' ', label.length() + DisplayText.width(before)).append("^\n");
    }

    private static String cutLeft(String text) {
        String plain = text.replace('\t', ' ').replace("\r", "");
        int length = length(plain);
        return length <= AROUND
                ? plain
                : "..." + plain.substring(plain.offsetByCodePoints(0, length - AROUND));
    }

    private static String cutRight(String text) {
        String plain = text.replace('\t', ' ').replace("\r", "");
        return length(plain) <= AROUND
                ? plain
                : plain.substring(0, plain.offsetByCodePoints(0, AROUND)) + "...";
    }

    private static int length(String text) {
        return text.codePointCount(0, text.length());
    }
}
