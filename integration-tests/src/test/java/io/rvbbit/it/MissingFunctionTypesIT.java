package io.rvbbit.it;

import static org.assertj.core.api.Assertions.assertThat;

import io.rvbbit.it.testkit.GatewayTest;
import io.rvbbit.it.testkit.StubEndpoint;
import io.rvbbit.it.testkit.TestGateway;
import java.math.BigDecimal;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.util.Map;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Answers of the types that models may decide on, as clients read them: in text and in binary. */
@GatewayTest(environment = "RVBBIT_AI_FALLBACK=on")
class MissingFunctionTypesIT {
    private static final String CALLS =
            "SELECT on_day(?::int) AS d, at_time(?::int) AS t, to_double(?::int) AS f, to_bigint(?::int)"
                    + " AS n, to_flag(?::int) AS b, to_double(?::int)::decimal(8, 3) AS m,"
                    + " to_object(?::int) AS j";

    private static void answers(StubEndpoint model, String function, String type, String value) {
        model.answers(
                        "calls the function " + function,
                        "{\"decision\": \"text\", \"type\": \"" + type + "\"}")
                .answers("as the function " + function, "{\"value\": " + value + "}");
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void a_client_reads_the_decided_type(boolean binary, TestGateway gateway, StubEndpoint model)
            throws SQLException {
        answers(model, "on_day", "DATE", "\"2024-02-29\"");
        answers(model, "at_time", "TIMESTAMP", "\"2024-02-29T23:59:58.123456\"");
        answers(model, "to_double", "DOUBLE", "-1.5e3");
        answers(model, "to_bigint", "BIGINT", "9223372036854775807");
        answers(model, "to_flag", "BOOLEAN", "true");
        model.answers("calls the function to_object", "{\"decision\": \"object\"}")
                .answers("as the function to_object", "{\"id\": 7, \"tags\": [\"a\"]}");
        // 1 asks the server to describe and prepare at once; binary follows from there on.
        Map<String, String> properties =
                Map.of(
                        "binaryTransfer",
                        Boolean.toString(binary),
                        "prepareThreshold",
                        binary ? "-1" : "0");
        try (Connection connection = gateway.connect("default", properties);
                PreparedStatement statement = connection.prepareStatement(CALLS)) {
            for (int at = 1; at <= 7; at++) {
                statement.setInt(at, at);
            }
            try (ResultSet rows = statement.executeQuery()) {
                assertThat(rows.next()).isTrue();
                assertThat(rows.getObject("d", LocalDate.class)).isEqualTo("2024-02-29");
                assertThat(rows.getObject("t", LocalDateTime.class))
                        .isEqualTo("2024-02-29T23:59:58.123456");
                assertThat(rows.getDouble("f")).isEqualTo(-1500.0);
                assertThat(rows.getLong("n")).isEqualTo(Long.MAX_VALUE);
                assertThat(rows.getBoolean("b")).isTrue();
                assertThat(rows.getBigDecimal("m")).isEqualTo(new BigDecimal("-1500.000"));
                assertThat(rows.getString("j")).isEqualTo("{\"id\":7,\"tags\":[\"a\"]}");
                String[] types = {"date", "timestamp", "float8", "int8", "bool", "numeric", "json"};
                for (int column = 1; column <= types.length; column++) {
                    assertThat(rows.getMetaData().getColumnTypeName(column))
                            .isEqualTo(types[column - 1]);
                }
            }
        }
    }
}
