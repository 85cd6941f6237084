package io.rvbbit.udf;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Set;
import org.junit.jupiter.api.Test;

final class InputTest {
    private static String canonical(String json) {
        return Json.text(Input.of(Input.readObject(json), null).object());
    }

    @Test
    void keys_are_sorted_at_every_level() {
        assertThat(canonical("{\"b\": {\"z\": 1, \"y\": [{\"d\": 1, \"c\": 2}]}, \"a\": null}"))
                .isEqualTo("{\"a\":null,\"b\":{\"y\":[{\"c\":2,\"d\":1}],\"z\":1}}");
    }

    @Test
    void numbers_keep_their_digits() {
        String json =
                "{\"a\":1.50,\"b\":170141183460469231731687303715884105727,"
                        + "\"c\":0.1000000000000000055511151231257827,\"d\":-12}";
        assertThat(canonical(json)).isEqualTo(json);
    }

    @Test
    void what_json_cannot_say_becomes_text() {
        assertThat(canonical("{\"a\":NaN,\"b\":-Infinity}"))
                .isEqualTo("{\"a\":\"NaN\",\"b\":\"-Infinity\"}");
    }

    @Test
    void the_order_of_columns_and_unread_columns_change_no_hash() {
        Set<String> read = Set.of("a", "b");
        String one = Input.of(Input.readObject("{\"a\":1,\"b\":2,\"c\":3}"), read).hash();

        assertThat(Input.of(Input.readObject("{\"b\":2,\"a\":1}"), read).hash()).isEqualTo(one);
        assertThat(Input.of(Input.readObject("{\"b\":2,\"a\":1.0}"), read).hash())
                .isNotEqualTo(one);
        assertThat(one).matches("[0-9a-f]{64}");
    }
}
