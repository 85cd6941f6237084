package io.rvbbit.it;

import static org.assertj.core.api.Assertions.assertThat;

import io.rvbbit.it.testkit.GatewayTest;
import io.rvbbit.it.testkit.TestGateway;
import io.rvbbit.it.testkit.WireConversation;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.Statement;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Portals of the protocol and cursors of SQL, which are one thing. */
@GatewayTest
class PortalsIT {
    private static final String NUMBERS = "SELECT i FROM range(1, 6) r(i)";

    private WireConversation client;

    @BeforeEach
    void connect(TestGateway gateway) {
        client = WireConversation.with(gateway);
    }

    @AfterEach
    void disconnect() {
        client.close();
    }

    @Test
    void several_portals_are_read_in_turns() {
        client.query("BEGIN").answers(1);
        assertThat(
                        client.parse("s", NUMBERS)
                                .bind("one", "s")
                                .bind("two", "s")
                                .execute("one", 2)
                                .execute("two", 1)
                                .execute("one", 2)
                                .sync()
                                .answers(1))
                .containsExactly(
                        "1", "2", "2", "D 1", "D 2", "s", "D 1", "s", "D 3", "D 4", "s", "Z T");
        assertThat(client.execute("two", 0).execute("one", 0).execute("one", 0).sync().answers(1))
                .containsExactly(
                        "D 2",
                        "D 3",
                        "D 4",
                        "D 5",
                        "C SELECT 4",
                        "D 5",
                        "C SELECT 1",
                        "C SELECT 0",
                        "Z T");
    }

    @Test
    void a_portal_ends_with_its_transaction() {
        client.parse("s", NUMBERS).bind("p", "s").execute("p", 1).sync().answers(1);
        assertThat(client.execute("p", 1).sync().answers(1)).containsExactly("E 34000", "Z I");

        client.query("BEGIN").bind("p", "s").execute("p", 1).sync().query("COMMIT").answers(3);
        assertThat(client.execute("p", 1).sync().answers(1)).containsExactly("E 34000", "Z I");
    }

    @Test
    void a_row_limit_ends_no_insert_in_the_middle() {
        client.query("CREATE TABLE returning_rows (a INTEGER)").answers(1);
        assertThat(
                        client.parse(
                                        "",
                                        "INSERT INTO returning_rows VALUES (1), (2), (3) RETURNING a")
                                .bind("", "")
                                .execute("", 1)
                                .sync()
                                .answers(1))
                .containsExactly("1", "2", "D 1", "s", "Z I");
        assertThat(client.query("SELECT count(*) FROM returning_rows").answers(1)).contains("D 3");
        client.query("DROP TABLE returning_rows").answers(1);
    }

    @Test
    void a_portal_without_rows_runs_once() {
        assertThat(
                        client.parse("", "CREATE TEMP TABLE once (a INTEGER)")
                                .bind("", "")
                                .execute("", 0)
                                .execute("", 0)
                                .sync()
                                .answers(1))
                .containsExactly("1", "2", "C CREATE TABLE", "E 55000", "Z I");
    }

    @Test
    void a_scrolling_cursor_goes_both_ways() {
        client.query("BEGIN").query("DECLARE c SCROLL CURSOR FOR " + NUMBERS).answers(2);

        assertThat(client.query("FETCH 3 c").answers(1))
                .containsExactly("T 1", "D 1", "D 2", "D 3", "C FETCH 3", "Z T");
        assertThat(client.query("FETCH BACKWARD 5 FROM c").answers(1))
                .containsExactly("T 1", "D 2", "D 1", "C FETCH 2", "Z T");
        assertThat(client.query("FETCH LAST IN c").answers(1)).contains("D 5", "C FETCH 1");
        assertThat(client.query("FETCH RELATIVE -2 c").answers(1)).contains("D 3");
        assertThat(client.query("FETCH 0 c").answers(1)).contains("D 3");
        assertThat(client.query("MOVE BACKWARD ALL c").answers(1)).contains("C MOVE 2");
        assertThat(client.query("FETCH ABSOLUTE -4 c").answers(1)).contains("D 2");
    }

    @Test
    void a_cursor_that_does_not_scroll_says_so() {
        client.query("BEGIN").query("DECLARE c NO SCROLL CURSOR FOR " + NUMBERS).answers(2);
        client.query("FETCH 2 c").answers(1);

        assertThat(client.query("FETCH PRIOR c").answers(1))
                .containsExactly("T 1", "E 55000", "Z E");
    }

    @Test
    void a_cursor_is_a_portal_and_a_portal_is_a_cursor() {
        client.query("BEGIN").query("DECLARE c CURSOR FOR " + NUMBERS).answers(2);

        assertThat(client.execute("c", 2).sync().answers(1))
                .containsExactly("D 1", "D 2", "s", "Z T");
        assertThat(client.query("FETCH c").query("CLOSE c").query("FETCH c").answers(3))
                .containsExactly(
                        "T 1",
                        "D 3",
                        "C FETCH 1",
                        "Z T",
                        "C CLOSE CURSOR",
                        "Z T",
                        "E 34000",
                        "Z E");
    }

    @Test
    void a_holdable_cursor_outlives_its_transaction_and_no_rolled_back_one() {
        client.query("BEGIN")
                .query("DECLARE h SCROLL CURSOR WITH HOLD FOR " + NUMBERS)
                .query("FETCH 2 h")
                .query("COMMIT")
                .answers(4);
        assertThat(client.query("FETCH h").answers(1)).contains("D 3");
        assertThat(client.query("FETCH FIRST h").answers(1)).contains("D 1");
        client.query("BEGIN; DECLARE g CURSOR WITH HOLD FOR SELECT 1; ROLLBACK").answers(1);
        assertThat(client.query("FETCH g").answers(1)).containsExactly("E 34000", "Z I");
        assertThat(client.query("CLOSE ALL").query("FETCH h").answers(2)).contains("E 34000");
    }

    @Test
    void a_cursor_needs_a_transaction_and_a_name_of_its_own() {
        assertThat(client.query("DECLARE c CURSOR FOR SELECT 1").answers(1))
                .containsExactly("E 25P01", "Z I");
        client.query("BEGIN").query("DECLARE c CURSOR FOR SELECT 1").answers(2);
        assertThat(client.query("DECLARE c CURSOR FOR SELECT 1").answers(1)).contains("E 42P03");
    }

    @Test
    void a_cursor_takes_parameters() {
        client.query("BEGIN")
                .parse("", "DECLARE c CURSOR FOR SELECT i FROM range(10) r(i) WHERE i > $1::BIGINT")
                .bind("", "", "7")
                .execute("", 0)
                .sync()
                .answers(2);

        assertThat(client.query("FETCH ALL c").answers(1))
                .containsExactly("T 1", "D 8", "D 9", "C FETCH 2", "Z T");
    }

    @Test
    void a_cursor_goes_through_the_rows_of_a_map() {
        client.query("BEGIN")
                .query(
                        "DECLARE c SCROLL CURSOR FOR RVBBIT MAP 'first_word' AS word USING (SELECT"
                                + " 'w' || i || ' x' AS text FROM range(3) r(i))")
                .answers(2);

        assertThat(client.query("FETCH 2 c").answers(1)).contains("D w0 x|w0", "D w1 x|w1");
        assertThat(client.query("FETCH PRIOR c").answers(1)).contains("D w0 x|w0");
        assertThat(client.query("FETCH LAST c").answers(1)).contains("D w2 x|w2");
    }

    @Test
    void a_map_prepared_in_sql_runs_with_each_argument() {
        client.query(
                        "PREPARE m (text) AS SELECT word FROM (RVBBIT MAP 'first_word' AS word USING"
                                + " (SELECT $1 AS text)) x")
                .answers(1);

        assertThat(client.query("EXECUTE m ('red apple')").answers(1)).contains("D red");
        assertThat(client.query("EXECUTE m ('green pear')").answers(1)).contains("D green");
    }

    @Test
    void a_cursor_scrolls_through_many_pages() {
        client.query("BEGIN")
                .query("DECLARE c SCROLL CURSOR FOR SELECT i, 't' || i FROM range(10000) r(i)")
                .query("MOVE FORWARD ALL c")
                .answers(3);

        assertThat(client.query("FETCH ABSOLUTE 5001 c").answers(1)).contains("D 5000|t5000");
        assertThat(client.query("FETCH BACKWARD 2 c").answers(1))
                .contains("D 4999|t4999", "D 4998|t4998");
        assertThat(client.query("FETCH ABSOLUTE 10000 c").answers(1)).contains("D 9999|t9999");
        assertThat(client.query("FETCH FIRST c").answers(1)).contains("D 0|t0");
    }

    @Test
    void statements_of_sql_and_of_the_protocol_have_one_set_of_names() {
        client.query("PREPARE p (int, text) AS SELECT $1 + 1, $2").answers(1);
        assertThat(client.bind("", "p", "1", "x").execute("", 0).sync().answers(1))
                .containsExactly("2", "D 2|x", "C SELECT 1", "Z I");
        assertThat(client.query("EXECUTE p (40 + 1, upper('a'))").answers(1)).contains("D 42|A");
        assertThat(client.query("EXECUTE p (1)").answers(1)).contains("E 42601");
        client.parse("q", "SELECT 5").sync().answers(1);
        assertThat(client.query("EXECUTE q").query("DEALLOCATE q").query("EXECUTE q").answers(3))
                .contains("D 5", "C DEALLOCATE", "E 26000");
    }

    @Test
    void a_driver_fetches_two_results_in_portions_at_once(TestGateway gateway) throws Exception {
        try (Connection connection = gateway.connect()) {
            connection.setAutoCommit(false);
            try (Statement one = connection.createStatement();
                    Statement two = connection.createStatement()) {
                one.setFetchSize(1_000);
                two.setFetchSize(700);
                try (ResultSet left = one.executeQuery("SELECT i FROM range(20000) r(i)");
                        ResultSet right = two.executeQuery("SELECT -i FROM range(20000) r(i)")) {
                    long sum = 0;
                    while (left.next()) {
                        assertThat(right.next()).isTrue();
                        sum += left.getLong(1) + right.getLong(1) + 1;
                    }
                    assertThat(sum).isEqualTo(20_000);
                    assertThat(right.next()).isFalse();
                }
            }
            connection.commit();
        }
    }
}
