package io.rvbbit.it;

import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.knuddels.jtokkit.Encodings;
import com.knuddels.jtokkit.api.Encoding;
import com.knuddels.jtokkit.api.EncodingType;
import io.rvbbit.it.testkit.SqlSession;
import io.rvbbit.it.testkit.StubRequest;
import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.List;

/** Statements, plans and prices for tests of EXPLAIN. */
final class Explained {
    static final ObjectMapper JSON =
            new ObjectMapper().enable(DeserializationFeature.USE_BIG_DECIMAL_FOR_FLOATS);
    private static final Encoding TOKENS =
            Encodings.newLazyEncodingRegistry().getEncoding(EncodingType.O200K_BASE);

    private Explained() {}

    /** Each answer of these tests is one token for the stub. */
    static BigDecimal price(StubRequest request) {
        long in = 3;
        for (JsonNode message : request.body().path("messages")) {
            in +=
                    3
                            + TOKENS.countTokens(message.path("role").asText())
                            + TOKENS.countTokens(message.path("content").asText());
        }
        return new BigDecimal("0.000002")
                .multiply(BigDecimal.valueOf(in))
                .add(new BigDecimal("0.000010"));
    }

    static String map(String cascade, int rows, int words, String with) {
        return "RVBBIT MAP '%s' AS word USING (SELECT 'w' || (i %% %d) || ' and so on' AS text FROM range(%d) r(i))%s"
                .formatted(cascade, words, rows, with);
    }

    static JsonNode explain(SqlSession sql, String options, String statement) throws Exception {
        return JSON.readTree(sql.text("EXPLAIN (FORMAT JSON" + options + ") " + statement));
    }

    static List<String> names(JsonNode object) {
        List<String> names = new ArrayList<>();
        object.fieldNames().forEachRemaining(names::add);
        return names;
    }

    static long logged(SqlSession sql) {
        return sql.number(
                "SELECT (SELECT count(*) FROM sql_query_log) + (SELECT count(*) FROM unified_logs)"
                        + " + (SELECT count(*) FROM rvbbit.estimates)");
    }
}
