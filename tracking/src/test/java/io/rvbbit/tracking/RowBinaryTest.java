package io.rvbbit.tracking;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.math.BigDecimal;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.UUID;
import org.junit.jupiter.api.Test;

class RowBinaryTest {
    private final RowBinary row = new RowBinary();

    private String hex() throws IOException {
        return HexFormat.of().formatHex(bytes());
    }

    private byte[] bytes() throws IOException {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        row.writeTo(out);
        return out.toByteArray();
    }

    @Test
    void numbers_are_little_endian() throws Exception {
        row.value(LogColumn.DURATION_MS, 1L);
        row.value(LogColumn.TURN_NUMBER, -2);
        row.value(LogColumn.CACHE_HIT, true);

        assertThat(hex()).isEqualTo("0100000000000000" + "feffffff" + "01");
    }

    @Test
    void money_is_its_picodollars_and_a_time_its_microseconds() throws Exception {
        row.value(LogColumn.COST, new BigDecimal("0.000000000258"));
        row.value(LogColumn.TIMESTAMP, Instant.parse("1969-12-31T23:59:59.999999Z"));

        assertThat(hex()).isEqualTo("0201000000000000" + "ffffffffffffffff");
    }

    @Test
    void a_uuid_is_its_halves_each_turned_round() throws Exception {
        row.value(LogColumn.MESSAGE_ID, UUID.fromString("00010203-0405-0607-0809-0a0b0c0d0e0f"));

        assertThat(hex()).isEqualTo("0706050403020100" + "0f0e0d0c0b0a0908");
    }

    @Test
    void a_text_has_its_length_in_bytes_before_it() throws Exception {
        row.text("");
        row.text("ü\0");
        assertThat(hex()).isEqualTo("00" + "03c3bc00");

        row.clear();
        String longer = "x".repeat(300);
        row.text(longer);
        assertThat(bytes()).startsWith(0xAC, 0x02).hasSize(302);
        assertThat(new String(Arrays.copyOfRange(bytes(), 2, 302), StandardCharsets.UTF_8))
                .isEqualTo(longer);
    }

    @Test
    void null_is_one_byte_alone() throws Exception {
        row.nullable(LogColumn.TOKENS_IN, null);
        row.nullable(LogColumn.TOKENS_IN, 5L);

        assertThat(hex()).isEqualTo("01" + "00" + "0500000000000000");
        assertThat(row.size()).isEqualTo(10);
    }
}
