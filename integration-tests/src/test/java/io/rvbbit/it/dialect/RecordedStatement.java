package io.rvbbit.it.dialect;

import java.util.ArrayList;
import java.util.List;

/**
 * A statement and the lines that PostgreSQL answered.
 *
 * <p>In a file the statement is one line; behind it stand, each with its mark, {@code >} columns
 * with type OIDs, {@code |} rows, {@code =} the command tag, or {@code !} the SQLSTATE.
 */
record RecordedStatement(String sql, List<String> answer) {
    RecordedStatement {
        answer = List.copyOf(answer);
    }

    static List<RecordedStatement> read(List<String> lines) {
        List<RecordedStatement> statements = new ArrayList<>();
        List<String> answer = new ArrayList<>();
        String sql = "";
        for (String line : lines) {
            if (line.isEmpty()) {
                continue;
            }
            if (">|=!".indexOf(line.charAt(0)) >= 0) {
                answer.add(line);
                continue;
            }
            if (!sql.isEmpty()) {
                statements.add(new RecordedStatement(sql, answer));
            }
            sql = line;
            answer = new ArrayList<>();
        }
        if (!sql.isEmpty()) {
            statements.add(new RecordedStatement(sql, answer));
        }
        return statements;
    }
}
