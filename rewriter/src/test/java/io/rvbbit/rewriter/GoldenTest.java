package io.rvbbit.rewriter;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

class GoldenTest {

    static Stream<Arguments> cases() {
        return GoldenCase.all().stream().map(golden -> Arguments.of(golden.name(), golden));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("cases")
    void a_statement_becomes_what_its_golden_file_says(String name, GoldenCase golden) {
        assertThat(golden.actual()).as(name).isEqualTo(golden.expected());
    }

    @Test
    void golden_names_are_unique_and_many() {
        List<String> names = GoldenCase.all().stream().map(GoldenCase::name).toList();

        assertThat(names).doesNotHaveDuplicates().hasSizeGreaterThanOrEqualTo(60);
    }
}
