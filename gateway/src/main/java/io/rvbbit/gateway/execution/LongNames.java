package io.rvbbit.gateway.execution;

import io.rvbbit.rewriter.Lexer;
import io.rvbbit.rewriter.Script;
import io.rvbbit.rewriter.SqlState;
import io.rvbbit.rewriter.SqlText;
import io.rvbbit.rewriter.Token;
import java.nio.charset.StandardCharsets;

/** Names beyond PostgreSQL's 63 bytes, which it cuts with a NOTICE. Threading: stateless. */
final class LongNames {
    private static final int MOST_BYTES = 63;

    private LongNames() {}

    /** The statement with all of its names cut, never inside a character. */
    static Script.Part cut(Script.Part part, Notices notices) {
        String sql = part.text();
        if (sql.length() * 3L <= MOST_BYTES) {
            return part;
        }
        StringBuilder out = new StringBuilder(sql.length());
        int copied = 0;
        for (Token token : Lexer.tokensUpToFault(sql)) {
            if (!token.isIdentifier() || bytes(token.identifier()) <= MOST_BYTES) {
                continue;
            }
            String name = token.identifier();
            String kept = name;
            while (bytes(kept) > MOST_BYTES) {
                kept = kept.substring(0, kept.offsetByCodePoints(kept.length(), -1));
            }
            notices.notice(
                    SqlState.NAME_TOO_LONG,
                    "identifier \"%s\" will be truncated to \"%s\"".formatted(name, kept));
            out.append(sql, copied, token.start()).append(SqlText.identifier(kept));
            copied = token.end();
        }
        return copied == 0
                ? part
                : new Script.Part(out.append(sql, copied, sql.length()).toString(), part.offset());
    }

    private static int bytes(String name) {
        return name.length() * 3 <= MOST_BYTES
                ? name.length()
                : name.getBytes(StandardCharsets.UTF_8).length;
    }
}
