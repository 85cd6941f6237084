package io.rvbbit.tracking;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ClickHouseAddressTest {
    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            textBlock =
                    """
                    http://host:8123/books             | http://host:8123/books
                    https://host/books/                | https://host:8443/books
                    http://host                        | http://host:8123/rvbbit
                    http://[::1]:18123/books           | http://[::1]:18123/books
                    jdbc:clickhouse:http://host/books  | http://host:8123/books
                    jdbc:ch://host:9000/books          | http://host:9000/books
                    """)
    void a_url_names_the_endpoint_and_the_database(String url, String shown) {
        ClickHouseAddress address = ClickHouseAddress.of(url, "ann", "sesame");

        assertThat(address).hasToString(shown);
        assertThat(address.user()).isEqualTo("ann");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "host:8123",
                "ftp://host/books",
                "http://ann:sesame@host/books",
                "http://host/books?password=sesame",
                "http:///books",
                "http://host/books/more",
                "http://host/`sesame`",
                "http://host/ sesame"
            })
    void anything_else_is_refused_without_repeating_it(String url) {
        assertThatThrownBy(() -> ClickHouseAddress.of(url, "default", ""))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageNotContaining("sesame");
    }

    @Test
    void the_password_is_never_shown() {
        assertThat(ClickHouseAddress.of("http://host", "ann", "sesame").toString())
                .doesNotContain("sesame");
    }
}
