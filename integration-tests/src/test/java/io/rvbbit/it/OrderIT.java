package io.rvbbit.it;

import static org.assertj.core.api.Assertions.assertThat;

import io.rvbbit.it.testkit.GatewayTest;
import io.rvbbit.it.testkit.SqlSession;
import io.rvbbit.it.testkit.SqlTable;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.random.RandomGenerator;
import java.util.random.RandomGeneratorFactory;
import org.junit.jupiter.api.Test;

/** Rows come in input order, whenever their answers come. */
@GatewayTest
class OrderIT {
    private static final int ROWS = 5_000;

    /** 7919 times this is 1 modulo 5000. */
    private static final long INVERSE = 2_679;

    @Test
    void rows_keep_their_order_whatever_the_answers_do(SqlSession sql) {
        RandomGenerator random = RandomGeneratorFactory.getDefault().create(7);
        sql.model().latency(() -> Duration.ofMillis(random.nextInt(12)));

        SqlTable table =
                sql.query(
                                "RVBBIT MAP PARALLEL 64 'first_word' AS word USING (SELECT i, 'w' || i ||"
                                        + " ' x' AS text FROM range("
                                        + ROWS
                                        + ") r(i) ORDER BY (i * 7919) % 5000) WITH (limit = none)")
                        .table();

        List<String> ids = new ArrayList<>();
        List<String> words = new ArrayList<>();
        for (long place = 0; place < ROWS; place++) {
            long id = place * INVERSE % ROWS;
            ids.add(Long.toString(id));
            words.add("w" + id);
        }
        assertThat(table.column("i")).containsExactlyElementsOf(ids);
        assertThat(table.column("word")).containsExactlyElementsOf(words);
        assertThat(sql.model().calls()).isEqualTo(ROWS);
    }

    @Test
    void the_rows_are_the_same_for_every_parallel(SqlSession sql) {
        RandomGenerator random = RandomGeneratorFactory.getDefault().create(11);
        sql.model().latency(() -> Duration.ofMillis(random.nextInt(4)));
        String query =
                "RVBBIT MAP PARALLEL %d 'first_word' USING (SELECT 'w' || (i * 31 %% 97) AS text"
                        + " FROM range(300) r(i))";

        SqlTable one = sql.query(query.formatted(1)).table();
        SqlTable many = sql.query(query.formatted(50)).table();

        assertThat(many).isEqualTo(one);
    }
}
