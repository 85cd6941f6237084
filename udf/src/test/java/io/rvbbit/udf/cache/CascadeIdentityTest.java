package io.rvbbit.udf.cache;

import static org.assertj.core.api.Assertions.assertThat;

import io.rvbbit.udf.cascade.CascadeParser;
import io.rvbbit.udf.cascade.Invocation.Overrides;
import io.rvbbit.udf.llm.ModelCatalog;
import io.rvbbit.udf.llm.ModelPrices;
import io.rvbbit.udf.llm.ProviderConfig;
import io.rvbbit.udf.llm.Traffic;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;

final class CascadeIdentityTest {
    private static final String BRAND =
            """
            cascade_id: brand
            cells:
              - {name: a, instructions: "Brand of {{ input.name }}?", temperature: 0}
              - {name: b, instructions: "Sure? {{ outputs.a }}", model: careful}
            """;
    private static final Overrides NONE = Overrides.NONE;

    private static CascadeIdentity identity(String yaml, Overrides overrides, ModelCatalog models) {
        return CascadeIdentity.of(CascadeParser.parse("brand.yaml", yaml), overrides, models, null);
    }

    private static AnswerKey key(String yaml, Overrides overrides, ModelCatalog models) {
        return identity(yaml, overrides, models).key("input", "rows");
    }

    private static ModelCatalog models(String provider, String defaultModel) {
        ProviderConfig config = ProviderConfig.of(provider, "http://127.0.0.1:1/v1", "");
        return new ModelCatalog(
                List.of(config), defaultModel, new ModelPrices(List.of()), new Traffic(1));
    }

    @Test
    void everything_that_decides_an_answer_changes_the_key() {
        try (ModelCatalog tiny = models("here", "tiny");
                ModelCatalog other = models("here", "other");
                ModelCatalog elsewhere = models("there", "tiny")) {
            List<AnswerKey> keys =
                    List.of(
                            key(BRAND, NONE, tiny),
                            key(BRAND + "# edited\n", NONE, tiny),
                            key(BRAND, NONE, other),
                            key(BRAND, NONE, elsewhere),
                            key(BRAND, new Overrides("tiny", null, null, null), tiny),
                            key(BRAND, new Overrides(null, 0.5, null, null), tiny),
                            key(BRAND, new Overrides(null, null, 9, null), tiny),
                            identity(BRAND, NONE, tiny).key("other input", "rows"),
                            identity(BRAND, NONE, tiny).key("input", "other rows"),
                            identity(BRAND, NONE, tiny).key("input\nrows", ""));
            Set<AnswerKey> different = new HashSet<>(keys);

            assertThat(different).hasSize(keys.size());
        }
    }

    @Test
    void a_bound_that_a_budget_adds_changes_the_key_where_nothing_else_bounds() {
        try (ModelCatalog models = models("here", "tiny")) {
            var cascade = CascadeParser.parse("brand.yaml", BRAND);
            Overrides bounded = new Overrides(null, null, 200, null);

            assertThat(CascadeIdentity.of(cascade, NONE, models, 1_024).key("input", "rows"))
                    .isNotEqualTo(
                            CascadeIdentity.of(cascade, NONE, models, null).key("input", "rows"));
            assertThat(CascadeIdentity.of(cascade, bounded, models, 1_024).key("input", "rows"))
                    .isEqualTo(
                            CascadeIdentity.of(cascade, bounded, models, null)
                                    .key("input", "rows"));
        }
    }

    @Test
    void what_is_said_twice_or_decides_nothing_leaves_the_key() {
        try (ModelCatalog models = models("here", "tiny")) {
            AnswerKey plain = key(BRAND, NONE, models);

            assertThat(key(BRAND, NONE, models)).isEqualTo(plain);
            assertThat(
                            CascadeIdentity.of(
                                            CascadeParser.parse("elsewhere/b.yaml", BRAND),
                                            NONE,
                                            models,
                                            null)
                                    .key("input", "rows"))
                    .isEqualTo(plain);
            Overrides timeout = new Overrides(null, null, null, Duration.ofSeconds(3));
            assertThat(key(BRAND, timeout, models)).isEqualTo(plain);
        }
    }

    @Test
    void it_names_the_models_and_knows_the_offline_one() {
        try (ModelCatalog tiny = models("here", "tiny");
                ModelCatalog offline =
                        new ModelCatalog(
                                List.of(), "", new ModelPrices(List.of()), new Traffic(1))) {
            assertThat(identity(BRAND, NONE, tiny).models()).isEqualTo("here/careful,here/tiny");
            assertThat(identity(BRAND, NONE, tiny).isOffline()).isFalse();
            assertThat(identity(BRAND, NONE, offline).isOffline()).isTrue();
        }
    }
}
