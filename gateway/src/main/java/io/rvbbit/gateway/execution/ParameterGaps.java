package io.rvbbit.gateway.execution;

import io.rvbbit.rewriter.Lexer;
import io.rvbbit.rewriter.SqlException;
import io.rvbbit.rewriter.SqlState;
import io.rvbbit.rewriter.Token;
import java.util.BitSet;
import java.util.List;

/** Parameters that a statement counts over and never uses. Threading: stateless. */
final class ParameterGaps {
    private static final int MOST_DIGITS = 5;

    private ParameterGaps() {}

    /**
     * @param declared types that the client gave, "" where it left them open
     * @throws SqlException 42P18 for the first number that nothing gives a type
     */
    static void check(String sql, List<String> declared) {
        if (sql.indexOf('$') < 0) {
            return;
        }
        BitSet used = new BitSet();
        List<Token> tokens = Lexer.tokensUpToFault(sql);
        if (tokens.getFirst().is("PREPARE")) {
            return;
        }
        for (Token token : tokens) {
            String digits = token.kind() == Token.Kind.PARAMETER ? token.text().substring(1) : "";
            boolean number = !digits.isEmpty() && digits.chars().allMatch(Character::isDigit);
            if (number && digits.length() <= MOST_DIGITS) {
                used.set(Integer.parseInt(digits));
            }
        }
        for (int number = 1; number < used.length(); number++) {
            boolean typed = number <= declared.size() && !declared.get(number - 1).isEmpty();
            if (!used.get(number) && !typed) {
                throw new SqlException(
                        SqlState.INDETERMINATE_DATATYPE,
                        "could not determine data type of parameter $" + number);
            }
        }
    }
}
