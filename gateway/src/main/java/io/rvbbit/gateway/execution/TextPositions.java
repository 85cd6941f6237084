package io.rvbbit.gateway.execution;

import io.rvbbit.rewriter.Lexer;
import io.rvbbit.rewriter.SqlException;
import io.rvbbit.rewriter.Token;
import java.util.List;

/**
 * Where a character of the SQL that the engine got stands in what the client wrote.
 *
 * <p>What stands before and behind everything that a rewrite changed keeps its place. In between, a
 * token that the rewrite took over is found again by its turn among those that look the same; any
 * other position is given up. Positions count whole characters. Threading: immutable.
 *
 * @param offset characters before {@code written} in the client's whole text
 */
record TextPositions(String written, int offset, String rewritten) {

    SqlException inClientText(SqlException failure) {
        if (failure.position() == 0) {
            return failure;
        }
        int position = failure.position();
        if (!written.equals(rewritten)) {
            position = mapped(position);
        }
        return position == 0 ? failure.at(0) : failure.at(position + offset);
    }

    private int mapped(int position) {
        int[] before = written.codePoints().toArray();
        int[] after = rewritten.codePoints().toArray();
        int shorter = Math.min(before.length, after.length);
        int prefix = 0;
        while (prefix < shorter && before[prefix] == after[prefix]) {
            prefix++;
        }
        if (position <= prefix) {
            return position;
        }
        int suffix = 0;
        while (suffix < shorter - prefix
                && before[before.length - 1 - suffix] == after[after.length - 1 - suffix]) {
            suffix++;
        }
        int fromEnd = after.length - position;
        return fromEnd < suffix ? before.length - fromEnd : sameToken(position);
    }

    private int sameToken(int position) {
        int index = rewritten.offsetByCodePoints(0, Math.min(position - 1, rewritten.length()));
        Token wanted = null;
        int turn = 0;
        List<Token> there = Lexer.tokensUpToFault(rewritten);
        for (Token token : there) {
            if (token.start() <= index && index < token.end()) {
                wanted = token;
            }
        }
        if (wanted == null) {
            return 0;
        }
        String text = wanted.text();
        for (Token token : there) {
            turn += token.start() < wanted.start() && token.text().equals(text) ? 1 : 0;
        }
        long all = there.stream().filter(token -> token.text().equals(text)).count();
        List<Token> here =
                Lexer.tokensUpToFault(written).stream()
                        .filter(token -> token.text().equals(text))
                        .toList();
        if (here.size() != all) {
            return 0;
        }
        int start = here.get(turn).start() + index - wanted.start();
        return written.codePointCount(0, start) + 1;
    }
}
