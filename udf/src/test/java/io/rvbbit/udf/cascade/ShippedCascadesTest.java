package io.rvbbit.udf.cascade;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.io.InputStream;
import java.net.URISyntaxException;
import java.net.URL;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class ShippedCascadesTest {
    private final CascadeCatalog catalog = new CascadeCatalog(List.of());

    private static List<String> products() throws IOException {
        try (InputStream in =
                ShippedCascadesTest.class.getResourceAsStream("/examples/products.csv")) {
            assertThat(in).isNotNull();
            return new String(in.readAllBytes(), StandardCharsets.UTF_8).lines().skip(1).toList();
        }
    }

    private static Optional<JsonNode> answer(Cascade cascade, String key, String value) {
        ObjectNode input = JsonNodeFactory.instance.objectNode().put(key, value);
        return cascade.examples().stream()
                .filter(example -> example.matches(input, ""))
                .map(Example::output)
                .findFirst();
    }

    @Test
    void the_index_names_every_shipped_cascade_and_each_loads_without_a_warning()
            throws IOException, URISyntaxException {
        URL index = ShippedCascades.class.getResource("/cascades/index");
        assertThat(index).isNotNull();
        Path folder = Path.of(index.toURI()).resolve("..").normalize();
        try (Stream<Path> files = Files.walk(folder)) {
            List<String> found =
                    files.filter(Files::isRegularFile)
                            .map(file -> folder.relativize(file).toString())
                            .filter(name -> !name.equals("index"))
                            .toList();
            assertThat(ShippedCascades.names()).containsExactlyInAnyOrderElementsOf(found);
        }
        for (String name : ShippedCascades.names()) {
            assertThat(catalog.load(name).warnings()).as(name).isEmpty();
        }
    }

    @ParameterizedTest
    @CsvSource({
        "Apple iPhone 15, Apple",
        "Samsung Galaxy S24, Samsung",
        "' Sony WH-1000XM5 ', Sony",
    })
    void the_brand_of_well_known_products_has_an_example(String product, String brand) {
        Cascade cascade = catalog.load("traits/extract_brand.yaml");
        assertThat(cascade.cells()).extracting(Cell::name).containsExactly("extract");
        assertThat(cascade.requiredInputs()).containsExactly("product_name");
        assertThat(answer(cascade, "product_name", product))
                .hasValueSatisfying(output -> assertThat(output.asText()).isEqualTo(brand));
    }

    @Test
    void every_shipped_product_has_an_example_of_every_cascade() throws IOException {
        List<String> rows = products();
        assertThat(rows).hasSizeGreaterThanOrEqualTo(100);
        assertThat(rows.subList(0, 3))
                .extracting(row -> row.split(",", -1)[1])
                .containsExactly("Apple iPhone 15", "Samsung Galaxy S24", "Sony WH-1000XM5");
        for (String row : rows) {
            String name = row.split(",", -1)[1];
            assertThat(answer(catalog.load("extract_brand"), "product_name", name)).isPresent();
            assertThat(answer(catalog.load("product_details"), "product_name", name)).isPresent();
            String[] quoted = row.split("\"", -1);
            String[] plain = row.split(",", -1);
            String text = quoted.length > 1 ? quoted[1] : plain[plain.length - 1];
            assertThat(answer(catalog.load("sentiment"), "text", text)).as(text).isPresent();
        }
    }

    @Test
    void the_batch_analysis_reads_its_table_and_ends_in_structured_output() {
        Cascade cascade = catalog.load("traits/analyze_batch.yaml");
        assertThat(cascade.cells()).extracting(Cell::name).containsExactly("load_data", "analyze");
        assertThat(cascade.requiredInputs()).containsExactly("data_table");
        assertThat(cascade.outputs()).containsOnlyKeys("summary", "total_products", "insights");
        assertThat(cascade.readsOutside()).isTrue();
        assertThat(cascade.examples()).hasSize(1);
    }

    @Test
    void product_details_are_typed() {
        assertThat(catalog.load("product_details").outputs())
                .containsExactly(
                        java.util.Map.entry("brand", "string"),
                        java.util.Map.entry("category", "string"),
                        java.util.Map.entry("price_tier", "string"),
                        java.util.Map.entry("is_audio", "boolean"));
    }
}
