package io.rvbbit.gateway.wire;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.rvbbit.rewriter.SqlException;
import java.io.IOException;
import java.io.InputStream;
import java.time.OffsetDateTime;
import java.time.ZoneId;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Objects;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Our values, types and refusals against those of PostgreSQL 15; see record_answers.sql. */
class RecordedAnswersTest {
    record Answer(PgType type, ZoneId zone, String input, String text, String binary) {}

    record Refusal(PgType type, String input, String state, String message) {}

    static Stream<Answer> answers() throws IOException {
        return lines("values.tsv")
                .map(columns -> {
                    String[] typeAndZone = columns[0].split(" ", -1);
                    String zone = typeAndZone.length == 2 ? typeAndZone[1] : "UTC";
                    return new Answer(
                            type(typeAndZone[0]),
                            ZoneId.of(zone),
                            columns[1].replace("<TAB>", "\t"),
                            columns[2].replace("<TAB>", "\t"),
                            columns[3]);
                });
    }

    static Stream<Refusal> refusals() throws IOException {
        return lines("errors.tsv")
                .map(columns -> new Refusal(type(columns[0]), columns[1], columns[2], columns[3]));
    }

    @ParameterizedTest
    @MethodSource("answers")
    void text_is_read_and_printed_as_postgresql_does(Answer answer) {
        assertThat(read(answer).text()).isEqualTo(answer.text());
    }

    @ParameterizedTest
    @MethodSource("answers")
    void binary_is_byte_for_byte_that_of_postgresql(Answer answer) {
        assertThat(HexFormat.of().formatHex(read(answer).bytes(Format.BINARY)))
                .isEqualTo(answer.binary());
    }

    @ParameterizedTest
    @MethodSource("answers")
    void binary_reads_back_as_the_same_value(Answer answer) {
        byte[] binary = HexFormat.of().parseHex(answer.binary());
        Object value =
                ParameterDecoder.decode(answer.type().oid(), Format.BINARY, binary, answer.zone());

        if (value instanceof OffsetDateTime time
                && !time.equals(OffsetDateTime.MAX)
                && !time.equals(OffsetDateTime.MIN)) {
            OffsetDateTime expected = (OffsetDateTime) read(answer).value();
            assertThat(time.toInstant()).isEqualTo(expected.toInstant());
        } else {
            assertThat(WireValue.comparable(value))
                    .isEqualTo(WireValue.comparable(read(answer).value()));
        }
    }

    @ParameterizedTest
    @MethodSource("refusals")
    void bad_text_is_refused_with_state_and_message_of_postgresql(Refusal refusal) {
        SqlException failure =
                catchThrowableOfType(
                        SqlException.class,
                        () ->
                                ParameterDecoder.decode(
                                        refusal.type().oid(),
                                        Format.TEXT,
                                        refusal.input().getBytes(UTF_8),
                                        ZoneId.of("UTC")));

        assertThat(failure).isNotNull();
        assertThat(failure.state().code()).isEqualTo(refusal.state());
        assertThat(failure).hasMessage(refusal.message());
    }

    @Test
    void types_agree_with_pg_type() throws IOException {
        List<String> ours =
                Arrays.stream(PgType.values())
                        .map(t ->
                                "%d %s %d %d %s %s"
                                        .formatted(
                                                t.oid(),
                                                t.typeName(),
                                                t.length(),
                                                t.array().map(PgType::oid).orElse(0),
                                                t.category(),
                                                t.sqlName()))
                        .toList();
        List<String> theirs =
                lines("types.tsv")
                        .map(c ->
                                "%s %s %s %s %s %s"
                                        .formatted(
                                                c[0],
                                                c[1],
                                                c[2],
                                                c[3],
                                                c[4],
                                                c[6].replace("\"any\"", "any")))
                        .toList();

        assertThat(theirs).containsAll(ours);
    }

    @Test
    void elements_of_arrays_agree_with_pg_type() throws IOException {
        List<String[]> arrays = lines("types.tsv").filter(c -> c[1].startsWith("_")).toList();

        for (String[] columns : arrays) {
            PgType.ofOid(Integer.parseInt(columns[0]))
                    .ifPresent(array ->
                            assertThat(array.element().map(PgType::oid).orElse(0))
                                    .isEqualTo(Integer.parseInt(columns[5])));
        }
        assertThat(arrays).isNotEmpty();
    }

    private static WireValue read(Answer answer) {
        byte[] text = answer.input().getBytes(UTF_8);
        Object value =
                ParameterDecoder.decode(answer.type().oid(), Format.TEXT, text, answer.zone());
        return new WireValue(answer.type(), value, answer.zone());
    }

    private static PgType type(String name) {
        String typeName = name.endsWith("[]") ? "_" + name.substring(0, name.length() - 2) : name;
        return Arrays.stream(PgType.values())
                .filter(type -> type.typeName().equals(typeName))
                .findFirst()
                .orElseThrow();
    }

    private static Stream<String[]> lines(String resource) throws IOException {
        try (InputStream in = RecordedAnswersTest.class.getResourceAsStream(resource)) {
            String content = new String(Objects.requireNonNull(in).readAllBytes(), UTF_8);
            return content.lines().map(line -> line.split("\t", -1)).toList().stream();
        }
    }
}
