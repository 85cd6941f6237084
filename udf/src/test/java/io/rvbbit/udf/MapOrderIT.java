package io.rvbbit.udf;

import static io.rvbbit.udf.FunctionSession.map;
import static io.rvbbit.udf.FunctionSession.mapSql;
import static org.assertj.core.api.Assertions.assertThat;

import java.sql.SQLException;
import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** More rows than a row group has, so that DuckDB's threads really share the work. */
final class MapOrderIT {
    @ParameterizedTest
    @ValueSource(
            strings = {
                "SELECT r AS c1 FROM big",
                "SELECT r AS c1 FROM big ORDER BY hash(r)",
                "SELECT a.r AS c1 FROM big a JOIN big b ON a.r = b.r ORDER BY a.r DESC"
            })
    void rows_come_in_input_order_without_an_outer_order_by(String query) throws SQLException {
        try (FunctionSession session = new FunctionSession()) {
            session.execute("CREATE TABLE big AS SELECT range AS r FROM range(150000)");
            List<String> inputs = session.rows(query);
            try (QueryScope scope = session.open(64, map(OnError.FAIL))) {
                assertThat(session.rows(mapSql(scope, 0, query, 200_000)))
                        .isEqualTo(inputs.stream().map(c1 -> c1 + "|<" + c1 + ">").toList());
            }
        }
    }
}
