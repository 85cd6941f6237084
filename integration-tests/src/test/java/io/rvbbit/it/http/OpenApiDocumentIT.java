package io.rvbbit.it.http;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.rvbbit.it.testkit.GatewayTest;
import io.rvbbit.it.testkit.HttpCaller.Reply;
import io.rvbbit.it.testkit.TestGateway;
import io.swagger.v3.oas.models.OpenAPI;
import io.swagger.v3.oas.models.Operation;
import io.swagger.v3.parser.OpenAPIV3Parser;
import io.swagger.v3.parser.core.models.ParseOptions;
import io.swagger.v3.parser.core.models.SwaggerParseResult;
import java.util.List;
import org.junit.jupiter.api.Test;

/** The OpenAPI document as the parser reads it with which people make clients. */
@GatewayTest
class OpenApiDocumentIT {
    private static SwaggerParseResult parsed(String document) {
        ParseOptions options = new ParseOptions();
        options.setResolve(true);
        options.setValidateInternalRefs(true);
        return new OpenAPIV3Parser().readContents(document, null, options);
    }

    @Test
    void a_parser_of_others_finds_no_fault(TestGateway gateway) {
        Reply reply = gateway.http().get("/openapi.json");
        SwaggerParseResult result = parsed(reply.body());

        assertThat(result.getMessages()).isEmpty();
        OpenAPI api = result.getOpenAPI();
        assertThat(api.getPaths()).hasSize(reply.json().path("paths").size());
        assertThat(api.getComponents().getSchemas())
                .hasSize(reply.json().at("/components/schemas").size());
        List<Operation> operations =
                api.getPaths().values().stream()
                        .flatMap(path -> path.readOperations().stream())
                        .toList();
        assertThat(operations)
                .hasSizeGreaterThan(8)
                .allSatisfy(operation -> {
                    assertThat(operation.getOperationId()).isNotBlank();
                    assertThat(operation.getResponses()).isNotEmpty();
                });
    }

    @Test
    void it_would_find_faults(TestGateway gateway) {
        ObjectNode unnamed = (ObjectNode) gateway.http().get("/openapi.json").json();
        unnamed.withObject("/info").remove("title");
        assertThat(parsed(unnamed.toString()).getMessages())
                .anyMatch(text -> text.contains("title"));

        ObjectNode misspelt = (ObjectNode) gateway.http().get("/openapi.json").json();
        ObjectNode operation = misspelt.withObject("/paths/~1metrics/get");
        operation.set("respones", operation.remove("responses"));
        assertThat(parsed(misspelt.toString()).getMessages())
                .anyMatch(text -> text.contains("respon"));
    }
}
