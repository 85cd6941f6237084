package io.rvbbit.rewriter;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.rvbbit.rewriter.Token.Kind;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class LexerTest {

    private static List<String> texts(String sql) {
        return Lexer.tokens(sql).stream().filter(t -> !t.isEnd()).map(Token::text).toList();
    }

    private static Token only(String sql) {
        assertThat(texts(sql)).hasSize(1);
        return Lexer.tokens(sql).getFirst();
    }

    @Test
    void literals_names_and_comments_are_single_tokens() {
        assertThat(texts("a'b''c'\"d\"\"e\"E'f\\'g'$h$ ' $i$ $h$U&'\\0041'--j\n/*k/*l*/m*/n"))
                .containsExactly(
                        "a",
                        "'b''c'",
                        "\"d\"\"e\"",
                        "E'f\\'g'",
                        "$h$ ' $i$ $h$",
                        "U&'\\0041'",
                        "n");
    }

    @Test
    void operators_are_cut_as_postgresql_cuts_them() {
        assertThat(texts("a=-1<>2@-3::int->>'x'*/**/4--5"))
                .containsExactly(
                        "a", "=", "-", "1", "<>", "2", "@-", "3", "::", "int", "->>", "'x'", "*",
                        "4");
    }

    @Test
    void numbers_and_parameters_are_told_apart() {
        assertThat(texts("1_000 .5 1e-3 1.x $12 $name a$1"))
                .containsExactly("1_000", ".5", "1e-3", "1.", "x", "$12", "$name", "a$1");
        assertThat(only("$12").kind()).isEqualTo(Kind.PARAMETER);
        assertThat(only("a$1").kind()).isEqualTo(Kind.WORD);
    }

    @Test
    void every_white_space_separates() {
        assertThat(texts("a\u00a0b\u3000c\ufeffd\u200be\tf\r\ng"))
                .containsExactly("a", "b", "c", "d", "e", "f", "g");
    }

    @Test
    void a_line_comment_ends_at_a_carriage_return_too() {
        assertThat(texts("a --b\rc")).containsExactly("a", "c");
    }

    @Test
    void words_are_folded_unless_they_are_quoted() {
        assertThat(only("Größe_X").identifier()).isEqualTo("größe_x");
        assertThat(only("\"A\"\"b\"").identifier()).isEqualTo("A\"b");
        assertThat(only("U&\"\\0041b\"").identifier()).isEqualTo("Ab");
    }

    @Test
    void keywords_are_compared_without_case_but_by_their_letters() {
        assertThat(only("uSiNg").is("USING")).isTrue();
        assertThat(only("\"using\"").is("USING")).isFalse();
        assertThat(only("u\u017Fing").is("USING")).isFalse();
    }

    @Test
    void escapes_of_strings_are_resolved() {
        assertThat(only("E'\\x5frvb\\u0062it\\n\\'\\101'''").string()).isEqualTo("_rvbbit\n'A'");
        assertThat(only("U&'\\005frv\\+000062'").string()).isEqualTo("_rvb");
        assertThat(only("$a$b''$a$").string()).isEqualTo("b''");
        assertThat(only("n'x'").string()).isEqualTo("x");
    }

    @ParameterizedTest
    @CsvSource(
            quoteCharacter = '`',
            value = {
                "`a 'b`, 3, quoted string",
                "`aé \"b`, 4, quoted identifier",
                "`😀 E'b\\'`, 3, quoted string",
                "`$x$ $y$`, 1, dollar-quoted string",
                "`1 /* /* */`, 3, /* comment"
            })
    void what_never_ends_is_a_syntax_error_where_it_begins(String sql, int position, String what) {
        assertThatThrownBy(() -> Lexer.all(sql))
                .isInstanceOfSatisfying(
                        SqlException.class,
                        e -> {
                            assertThat(e.state()).isEqualTo(SqlState.SYNTAX_ERROR);
                            assertThat(e.position()).isEqualTo(position);
                            assertThat(e).hasMessageContaining("unterminated " + what);
                        });
        assertThat(Lexer.tokensUpToFault(sql).getLast().kind()).isEqualTo(Kind.END);
    }
}
