package io.rvbbit.udf.tool;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What jars may bring. */
final class InstalledToolsTest {
    private record Named(String name) implements Tool {
        @Override
        public String description() {
            return "";
        }

        @Override
        public JsonNode parameters() {
            return JsonNodeFactory.instance.objectNode().put("type", "object");
        }

        @Override
        public JsonNode call(ObjectNode arguments, ToolCall call) {
            return arguments;
        }
    }

    private static ToolProvider with(String name) {
        return () -> List.of(new Named(name));
    }

    @Test
    void tools_are_found_by_their_names() {
        InstalledTools tools = InstalledTools.of(List.of(with("one"), with("two-2")));

        assertThat(tools.names()).containsExactlyInAnyOrder("one", "two-2");
        assertThat(tools.find("one")).contains(new Named("one"));
        assertThat(tools.find("three")).isEmpty();
    }

    @Test
    void two_tools_of_one_name_are_refused() {
        assertThatThrownBy(() -> InstalledTools.of(List.of(with("one"), with("one"))))
                .isInstanceOf(IllegalStateException.class)
                .hasMessage("there are two tools named \"one\"");
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "two words", "ünlaut", "http", "sql_data"})
    void a_name_that_a_model_cannot_call_or_that_is_ours_is_refused(String name) {
        assertThatThrownBy(() -> InstalledTools.of(List.of(with(name))))
                .isInstanceOf(IllegalStateException.class)
                .hasMessageContaining("needs a name of its own");
    }
}
