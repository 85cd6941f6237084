package io.rvbbit.udf.cascade;

import java.util.ArrayList;
import java.util.List;

/** Cuts a template expression into words. */
final class TemplateWords {
    private TemplateWords() {}

    /**
     * Names, numbers, single signs ({@code ==} and its like are one word), and strings as {@code '}
     * followed by their content.
     */
    static List<String> of(String text, int line) {
        List<String> words = new ArrayList<>();
        int i = 0;
        while (i < text.length()) {
            char c = text.charAt(i);
            if (Character.isWhitespace(c)) {
                i++;
            } else if (c == '\'' || c == '"') {
                i = string(text, i, words, line);
            } else if (isWord(c)) {
                int end = i;
                while (end < text.length() && isWord(text.charAt(end))) {
                    end++;
                }
                words.add(text.substring(i, end));
                i = end;
            } else {
                boolean two = i + 1 < text.length() && text.charAt(i + 1) == '=' && c != '(';
                words.add(text.substring(i, two ? i + 2 : i + 1));
                i += two ? 2 : 1;
            }
        }
        return words;
    }

    private static int string(String text, int start, List<String> words, int line) {
        char quote = text.charAt(start);
        StringBuilder content = new StringBuilder("'");
        for (int i = start + 1; i < text.length(); i++) {
            char c = text.charAt(i);
            if (c == '\\' && i + 1 < text.length()) {
                content.append(text.charAt(++i));
            } else if (c == quote) {
                words.add(content.toString());
                return i + 1;
            } else {
                content.append(c);
            }
        }
        throw new TemplateFault(line, "a string never ends");
    }

    private static boolean isWord(char c) {
        return c == '_' || Character.isLetterOrDigit(c);
    }
}
