package io.rvbbit.gateway.access;

import static org.assertj.core.api.Assertions.assertThat;

import java.security.SecureRandom;
import java.util.Base64;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

final class ScramVerifierTest {
    private static final String PENCIL =
            "SCRAM-SHA-256$4096:8wNlHz+R9UyXjUE5nQXcZQ==$jZ6m2mTQtiTKMffJ/vIECsJuKI7dgQ/aR45DF+EWfA4=:TMDxSzLR6jYZxAMM7bvjKDMe3LCw/sVjLwxfmyOq2BQ=";

    private static ScramVerifier verifier(String text) {
        return ScramVerifier.parse(text).orElseThrow();
    }

    /** What PostgreSQL 15 keeps after CREATE ROLE … PASSWORD of these. */
    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            textBlock =
                    """
                    pencil        | SCRAM-SHA-256$4096:8wNlHz+R9UyXjUE5nQXcZQ==$jZ6m2mTQtiTKMffJ/vIECsJuKI7dgQ/aR45DF+EWfA4=:TMDxSzLR6jYZxAMM7bvjKDMe3LCw/sVjLwxfmyOq2BQ=
                    I\\u00ADX     | SCRAM-SHA-256$4096:wsuOnsEeCgUvURyc+NgNzg==$WKMPPPkXSka51IelLOxR3F3jMgeDHR2ORcj6vY7NEJ8=:tzyqjxM2W79ElbtmCjYyO7w19HFyvCBFHesdSnOYZKM=
                    \\u2168       | SCRAM-SHA-256$4096:oOKpv6NSV7HUKPQqxl5s3A==$y9wL9v+xduhJOeFMJhRfYEZSjFIac3nHEO1mVetkK+Y=:rgohp+hJUUDWr65GRSWI4GWyZ3CNLMLbs6WEC8idETk=
                    tab\\u0009here | SCRAM-SHA-256$4096:lBbWZKlF1eSqQMhCLJIQ4g==$0fS8/siBarqY4dHjt2yTAUoir50bbGwcDKi2LANzfts=:H6VtZGD9CJ3ZbCBO+wdUiaqyKF1ak8+/uQAYa5dNOq0=
                    pa\\u00A0ss   | SCRAM-SHA-256$4096:r8254rCznsPl9ctxPLNXDg==$2yXAf0TwQf5XNE1hejd2KrV36KYruyByek1C/siaAZo=:ynC5iXrRW3PPQFL94NTnMQJ62OSzzHSn+6/9fA6rRHA=
                    \\u06271      | SCRAM-SHA-256$4096:Gqd/QmGmgUMfdl9qTUVwvQ==$DLMcNm0lV+U3d6E9DhnSasm9+x21FmLYf66Hd960jxU=:fS+NuvYG7Y6Ur74a1Wad8fd4IZFQQp6MNLw+9Ttu65c=
                    e\\u0301      | SCRAM-SHA-256$4096:47qHrZbGf0c1h/S70kM25Q==$x3ytd+V2wAgbtBTaEF+F4EBLRFcTJ05ofaDdBNnQyBM=:mgZQbmpsj2kmD9mArYINePnH8Uzv2XPdC/ZYJgS0lqk=
                    \\u1F600 ok   | SCRAM-SHA-256$4096:AglRGpWN7qBE9QGxCmx0KA==$poCfrGVM3QGgURIwRgWYcVS6r3v9ACchXbzlJZhAB3k=:Oi0uoQZdqmiYItkELxEZKxdTcPabMhK5xpFkKZ5KoMA=
                    \\uD83D\\uDE00 ok | SCRAM-SHA-256$4096:gmC+YTqtXO2noCooTANYyQ==$EbuEWWwsrz0nKcjP1wOE/PwptiSf0EHMCXcO09ieIbY=:Jq9C4OoV8OSmCS4T9Qr256qeRak/67jLJAfk2fG0CB0=
                    \\u0221x      | SCRAM-SHA-256$4096:phMswgr2bmrKiYXnrptTRg==$IStVkVEwB/y/C0wrZfJjzBVapaLvwA2Ylbz/F82N/o8=:du+Ng4F/P03H14aFrZ/6dzscrEigwn94qP9HaPgPiHo=
                    \\uFF21\\u3000b | SCRAM-SHA-256$4096:2a/3r1iurulnPnDsaZqcKA==$YhEIRS6sFSttEFp8mvv/0La7JuzD95OTXJ0ZIp5QseM=:BCqYGh05aLdeECzSJGCxZtSe3FKtpPGn/vFhQ0X99Io=
                    """)
    void passwords_are_prepared_as_postgresql_prepares_them(String escaped, String kept) {
        String password = unescaped(escaped);
        ScramVerifier theirs = verifier(kept);

        assertThat(theirs.matches(password)).isTrue();
        assertThat(theirs.matches(password + "x")).isFalse();
        assertThat(
                        ScramVerifier.of(
                                        password,
                                        Base64.getDecoder().decode(theirs.saltText()),
                                        theirs.iterations())
                                .text())
                .isEqualTo(kept);
    }

    private static String unescaped(String text) {
        return java.util.regex.Pattern.compile("\\\\u([0-9A-F]{4})")
                .matcher(text)
                .replaceAll(code -> String.valueOf((char) Integer.parseInt(code.group(1), 16)));
    }

    @Test
    void a_verifier_comes_back_from_its_text_and_hides_in_a_log() {
        ScramVerifier made = ScramVerifier.of("sesame", new SecureRandom());

        assertThat(verifier(made.text()).text()).isEqualTo(made.text());
        assertThat(made.text()).startsWith("SCRAM-SHA-256$4096:").doesNotContain("sesame");
        assertThat(made.toString()).isEqualTo("SCRAM-SHA-256$4096:***");
        assertThat(made.matches("sesame")).isTrue();
        assertThat(made.matches("")).isFalse();
    }

    @Test
    void the_same_password_has_another_verifier_each_time() {
        SecureRandom random = new SecureRandom();

        assertThat(ScramVerifier.of("sesame", random).text())
                .isNotEqualTo(ScramVerifier.of("sesame", random).text());
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "sesame",
                "md5d41d8cd98f00b204e9800998ecf8427e",
                "SCRAM-SHA-1$4096:8wNlHz+R9UyXjUE5nQXcZQ==$jZ6m2mTQtiTKMffJ/vIECsJuKI7dgQ/aR45DF+EWfA4=:TMDxSzLR6jYZxAMM7bvjKDMe3LCw/sVjLwxfmyOq2BQ=",
                "SCRAM-SHA-256$0:8wNlHz+R9UyXjUE5nQXcZQ==$jZ6m2mTQtiTKMffJ/vIECsJuKI7dgQ/aR45DF+EWfA4=:TMDxSzLR6jYZxAMM7bvjKDMe3LCw/sVjLwxfmyOq2BQ=",
                "SCRAM-SHA-256$1000001:8wNlHz+R9UyXjUE5nQXcZQ==$jZ6m2mTQtiTKMffJ/vIECsJuKI7dgQ/aR45DF+EWfA4=:TMDxSzLR6jYZxAMM7bvjKDMe3LCw/sVjLwxfmyOq2BQ=",
                "SCRAM-SHA-256$4096:8wNlHz+R9UyXjUE5nQXcZQ==$jZ6m2mTQtiTKMffJ:TMDxSzLR6jYZxAMM7bvjKDMe3LCw/sVjLwxfmyOq2BQ=",
                "SCRAM-SHA-256$4096:===$jZ6m2mTQtiTKMffJ/vIECsJuKI7dgQ/aR45DF+EWfA4=:TMDxSzLR6jYZxAMM7bvjKDMe3LCw/sVjLwxfmyOq2BQ=",
                PENCIL + " "
            })
    void what_is_no_verifier_is_refused(String text) {
        assertThat(ScramVerifier.parse(text)).isEmpty();
    }
}
