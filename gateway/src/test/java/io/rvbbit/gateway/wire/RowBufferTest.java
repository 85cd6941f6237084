package io.rvbbit.gateway.wire;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.rvbbit.gateway.wire.RowBuffer.Rows;
import java.nio.ByteBuffer;
import java.util.Arrays;
import org.junit.jupiter.api.Test;

class RowBufferTest {
    private final RowBuffer out = new RowBuffer();

    @Test
    void a_row_is_a_data_row_message() {
        out.beginRow(3);
        int start = out.beginValue();
        TextFormat.integer(out, 42);
        out.endValue(start);
        out.nullValue();
        start = out.beginValue();
        TextFormat.text(out, "aé");
        out.endValue(start);
        out.endRow();
        Rows rows = out.take();

        assertThat(rows.count()).isEqualTo(1);
        assertThat(Arrays.copyOf(rows.bytes(), rows.length()))
                .containsExactly(
                        new Frame()
                                .int16(3)
                                .int32(2)
                                .raw((byte) '4', (byte) '2')
                                .int32(-1)
                                .int32(3)
                                .raw("aé".getBytes(UTF_8))
                                .message('D'));
    }

    @Test
    void a_row_that_fails_half_way_can_be_taken_back() {
        row("a");
        int size = out.size();
        out.beginRow(2);
        out.nullValue();

        assertThatThrownBy(out::take).isInstanceOf(IllegalStateException.class);
        out.abandonRow();

        assertThat(out.size()).isEqualTo(size);
        assertThat(out.rows()).isEqualTo(1);
        assertThat(out.take().count()).isEqualTo(1);
    }

    @Test
    void it_grows_as_far_as_a_row_needs() {
        String large = "x".repeat(300_000);
        row(large);
        row("y");
        Rows rows = out.take();

        assertThat(rows.length()).isEqualTo(2 * 11 + 300_001);
        assertThat(new String(rows.bytes(), 11, 300_000, UTF_8)).isEqualTo(large);
        assertThat(out.size()).isZero();
    }

    @Test
    void taken_rows_are_not_touched_by_the_next_ones() {
        row("first");
        Rows first = out.take();
        row("other");
        Rows second = out.take();

        assertThat(new String(first.bytes(), 11, 5, UTF_8)).isEqualTo("first");
        assertThat(second.bytes()).isNotSameAs(first.bytes());
    }

    @Test
    void a_returned_array_serves_again_unless_it_is_huge() {
        row("a");
        Rows small = out.take();
        row("x".repeat(3_000_000));
        Rows huge = out.take();
        out.reuse(small);
        out.reuse(huge);
        Rows _ = out.take();
        row("b");

        assertThat(out.take().bytes()).isSameAs(small.bytes());
        row("c");
        assertThat(out.take().bytes()).isNotSameAs(huge.bytes());
    }

    @Test
    void bytes_are_copied_from_a_buffer_by_index() {
        ByteBuffer source = ByteBuffer.allocateDirect(10).put(3, (byte) 'z');

        assertThat(WireValue.payload(row -> row.putBytes(source, 3, 1))).containsExactly('z');
        assertThat(source.position()).isZero();
    }

    private void row(String value) {
        out.beginRow(1);
        int start = out.beginValue();
        TextFormat.text(out, value);
        out.endValue(start);
        out.endRow();
    }
}
