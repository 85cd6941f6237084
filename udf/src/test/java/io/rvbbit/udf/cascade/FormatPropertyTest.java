package io.rvbbit.udf.cascade;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.networknt.schema.Schema;
import com.networknt.schema.SchemaRegistry;
import com.networknt.schema.SpecificationVersion;
import io.rvbbit.rewriter.SqlException;
import io.rvbbit.rewriter.SqlState;
import io.rvbbit.udf.cascade.CascadeLint.Severity;
import io.rvbbit.udf.format.FormatKeys;
import io.rvbbit.udf.format.FormatSchema;
import io.rvbbit.udf.format.RandomDefinitions;
import java.io.IOException;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.RecordComponent;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The loader, the printer, the linter and the JSON Schema agree on definitions made at random. */
final class FormatPropertyTest {
    private static final int RUNS = 150;
    private static final ObjectMapper MAPPER = new ObjectMapper();

    /** What differs between two loads of the same cascade from different texts. */
    private static final Set<String> OF_THE_TEXT =
            Set.of("contentHash", "definition", "file", "named", "place", "warnings");

    static final SubCascades OTHERS =
            (path, file, place) -> {
                if (path.equals("other")) {
                    return CascadeParser.parse("other.yaml", RandomDefinitions.OTHER);
                }
                throw file.wrong(place, "unknown cascade " + Names.quoted(path));
            };

    private static Schema schema() throws IOException {
        return SchemaRegistry.withDefaultDialect(SpecificationVersion.DRAFT_7)
                .getSchema(MAPPER.readTree(FormatSchema.shipped()));
    }

    /** Every component of a record and of the records in it, as text. */
    private static void parts(String path, Object value, List<String> parts) {
        if (value instanceof Record record) {
            for (RecordComponent each : record.getClass().getRecordComponents()) {
                if (!OF_THE_TEXT.contains(each.getName())) {
                    parts(path + "." + each.getName(), component(record, each), parts);
                }
            }
        } else if (value instanceof List<?> list) {
            for (int i = 0; i < list.size(); i++) {
                parts(path + "[" + i + "]", list.get(i), parts);
            }
        } else if (value instanceof Map<?, ?> map
                && map.values().stream().anyMatch(Record.class::isInstance)) {
            map.forEach((key, each) -> parts(path + "." + key, each, parts));
        } else if (value instanceof OutputSchema schema) {
            parts.add(path + " = " + schema.json());
        } else if (value instanceof PromptTemplate template) {
            parts.add(path + " = " + template.source());
        } else if (value instanceof SqlTemplate template) {
            parts.add(path + " = " + template.source());
        } else if (value instanceof CellGraph graph) {
            parts.add(path + ".maxParallel = " + graph.maxParallel());
            for (int i = 0; i < graph.size(); i++) {
                parts(path + "[" + i + "]", graph.ways(i), parts);
            }
        } else if (value == null || value.getClass().getMethods().length == 0) {
            parts.add(path + " = " + value);
        } else {
            String text = value.toString();
            boolean identity = text.startsWith(value.getClass().getName() + "@");
            parts.add(path + " = " + (identity ? value.getClass().getSimpleName() : text));
        }
    }

    private static Object component(Record record, RecordComponent component) {
        try {
            component.getAccessor().setAccessible(true);
            return component.getAccessor().invoke(record);
        } catch (IllegalAccessException | InvocationTargetException e) {
            throw new LinkageError(e.getMessage(), e);
        }
    }

    private static List<String> parts(Cascade cascade) {
        List<String> parts = new ArrayList<>();
        parts("cascade", cascade, parts);
        return parts;
    }

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4})
    void what_is_loaded_and_printed_is_loaded_again_the_same(long seed) throws IOException {
        RandomDefinitions definitions = new RandomDefinitions(new Random(seed));
        Schema schema = schema();
        for (int i = 0; i < RUNS; i++) {
            ObjectNode definition = definitions.right();
            String text = definition.toPrettyString();
            assertThat(CascadeLint.findings("a.json", text, OTHERS)).as(text).isEmpty();
            assertThat(schema.validate(definition)).as(text).isEmpty();

            Cascade first = CascadeParser.parse("a.json", text, OTHERS);
            String printed = CascadeText.yaml(first);
            Cascade second = CascadeParser.parse("a.yaml", printed, OTHERS);

            List<String> lost = parts(first);
            lost.removeAll(parts(second));
            assertThat(lost).as(text + printed).isEmpty();
            assertThat(parts(second)).hasSameSizeAs(parts(first));
            assertThat(CascadeText.yaml(second)).isEqualTo(printed);
            assertThat(CascadeText.json(second)).hasToString(CascadeText.json(first).toString());
        }
    }

    @Test
    void every_key_of_the_format_is_among_what_is_made_at_random() {
        RandomDefinitions definitions = new RandomDefinitions(new Random(1));
        Set<String> missing = FormatKeys.names();
        for (int i = 0; i < 2 * RUNS; i++) {
            missing.removeAll(FormatKeys.in(definitions.right()));
        }
        assertThat(missing).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(longs = {11, 12, 13, 14})
    void what_is_wrong_is_refused_with_its_place(long seed) {
        RandomDefinitions definitions = new RandomDefinitions(new Random(seed));
        int refused = 0;
        for (int i = 0; i < RUNS; i++) {
            String text = definitions.wrong().toPrettyString();
            boolean errors =
                    CascadeLint.findings("a.json", text, OTHERS).stream()
                            .anyMatch(each -> each.severity() == Severity.ERROR);
            try {
                Cascade _ = CascadeParser.parse("a.json", text, OTHERS);
                assertThat(errors).as("the loader takes what lint refuses\n" + text).isFalse();
            } catch (SqlException fault) {
                refused++;
                assertThat(errors).as("lint takes what the loader refuses\n" + text).isTrue();
                assertThat(fault.state())
                        .as(text)
                        .isIn(SqlState.INVALID_PARAMETER_VALUE, SqlState.FEATURE_NOT_SUPPORTED);
                assertThat(fault.getMessage()).as(text).matches("(?s)a\\.json:\\d+:\\d+: .+");
            }
        }
        assertThat(refused).isGreaterThan(RUNS / 4);
    }

    @Test
    void bytes_at_random_never_crash_the_loader() {
        Random random = new Random(21);
        for (int i = 0; i < 400; i++) {
            StringBuilder text = new StringBuilder(CascadeParserTest.FULL);
            for (int j = random.nextInt(1, 6); j > 0; j--) {
                int at = random.nextInt(text.length());
                switch (random.nextInt(3)) {
                    case 0 -> text.deleteCharAt(at);
                    case 1 ->
                            text.insert(
                                    at,
                                    "{}[]:,&*#?|-<>=!%@`\"'\t\n \u0000é"
                                            .charAt(random.nextInt(25)));
                    default -> text.setLength(Math.max(1, at));
                }
            }
            try {
                Cascade _ = CascadeParser.parse("a.yaml", text.toString());
            } catch (SqlException fault) {
                assertThat(fault.getMessage())
                        .as(text.toString())
                        .matches("(?s)a\\.yaml:\\d+:\\d+: .+");
            }
            JsonNode _ = MAPPER.valueToTree(CascadeLint.findings("a.yaml", text.toString()).size());
        }
    }
}
