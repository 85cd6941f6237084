package io.rvbbit.gateway.config;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.URI;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class RegionsTest {
    private static String region(String url) {
        return Regions.ofHost(URI.create(url));
    }

    @ParameterizedTest
    @CsvSource({
        "https://bedrock-runtime.eu-west-1.amazonaws.com/openai/v1, eu-west-1",
        "https://vpce-1a2b.bedrock-runtime.us-gov-west-1.vpce.amazonaws.com, us-gov-west-1",
        "https://bedrock-runtime.cn-north-1.amazonaws.com.cn/v1, cn-north-1",
        "https://bedrock-mantle.ap-southeast-2.api.aws/v1, ap-southeast-2",
        "https://europe-west4-aiplatform.googleapis.com/v1beta1/openapi, europe-west4",
        "https://northamerica-northeast1-aiplatform.googleapis.com/v1, northamerica-northeast1",
        "https://swedencentral.api.cognitive.microsoft.com/openai/v1, swedencentral",
        "https://Mistral-Large.EastUS2.models.ai.azure.com/v1, eastus2"
    })
    void a_cloud_names_the_region_in_its_host(String url, String region) {
        assertThat(region(url)).isEqualTo(region);
    }

    @ParameterizedTest
    @CsvSource({
        "https://api.openai.com/v1",
        "http://127.0.0.1:8080/v1",
        "http://[::1]:8080/v1",
        "https://aiplatform.googleapis.com/v1",
        "https://my-resource.openai.azure.com/openai/v1",
        "https://bedrock.eu-west-1.amazonaws.com.example.org/v1"
    })
    void of_other_hosts_nobody_knows_where_they_are(String url) {
        assertThat(region(url)).isEmpty();
    }

    @Test
    void what_the_configuration_says_counts_more_than_the_host() {
        String providers =
                """
                [{name: cloud, base-url: "https://bedrock-runtime.eu-west-1.amazonaws.com/v1"},
                 {name: near, base-url: "http://10.0.0.7/v1", region: cellar}]\
                """;
        GatewayConfig config =
                ConfigReader.read(
                        Optional.empty(), Map.of("RVBBIT_PROVIDERS", providers), Map.of());

        Regions regions = ModelEndpoints.regions(config);

        assertThat(regions.of("cloud")).isEqualTo("eu-west-1");
        assertThat(regions.of("near")).isEqualTo("cellar");
        assertThat(regions.of("offline")).isEmpty();
    }
}
