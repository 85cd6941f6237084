package io.rvbbit.rewriter;

import io.rvbbit.rewriter.Token.Kind;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.List;

/**
 * What two statements have in common that differ in literals, blanks, comments and case only.
 *
 * <p>The cascade of a RVBBIT clause stays: it names what is run and is no value.
 *
 * @param text the query with {@code ?} for each literal and parameter
 * @param hash 16 hex characters of the text's SHA-256, the same in every release
 */
public record Fingerprint(String text, String hash) {

    /** The fingerprint of any text; what cannot be read is one {@code ?}. */
    public static Fingerprint of(String sql) {
        List<Token> tokens = Lexer.tokensUpToFault(sql);
        StringBuilder text = new StringBuilder(sql.length());
        boolean verb = false;
        for (int at = 0; at < tokens.size(); at++) {
            Token token = tokens.get(at);
            boolean clause = token.isAny("MAP", "RUN") && at > 0 && tokens.get(at - 1).is("RVBBIT");
            String word = verb && token.isString() ? token.text() : normal(token);
            // The modifiers between the verb and its cascade, PARALLEL 5 DISTINCT, keep it open.
            verb =
                    clause
                            || (verb
                                    && (token.isAny("PARALLEL", "DISTINCT")
                                            || token.kind() == Kind.NUMBER));
            append(text, word);
        }
        if (tokens.getLast().start() < sql.length()) {
            append(text, "?");
        }
        return new Fingerprint(text.toString(), hash(text.toString()));
    }

    private static void append(StringBuilder text, String word) {
        if (word.isEmpty()) {
            return;
        }
        if (!text.isEmpty()) {
            text.append(' ');
        }
        text.append(word);
    }

    private static String normal(Token token) {
        return switch (token.kind()) {
            case STRING, NUMBER, PARAMETER -> "?";
            case WORD -> SqlText.fold(token.text());
            case QUOTED_IDENTIFIER, OPERATOR -> token.text();
            case SPACE, COMMENT, END -> "";
        };
    }

    private static String hash(String text) {
        try {
            byte[] digest =
                    MessageDigest.getInstance("SHA-256")
                            .digest(text.getBytes(StandardCharsets.UTF_8));
            return HexFormat.of().formatHex(digest, 0, 8);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java runtime has SHA-256", e);
        }
    }
}
