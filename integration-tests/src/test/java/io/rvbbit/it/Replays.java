package io.rvbbit.it;

import io.rvbbit.it.testkit.SqlSession;
import io.rvbbit.it.testkit.StubAnswer;
import io.rvbbit.it.testkit.StubEndpoint;
import java.math.BigDecimal;
import java.util.Locale;

/** Models and statements for tests of REPLAY. */
final class Replays {
    private Replays() {}

    /** A tenth of a cent each, and of the model "other" a fifth of that. */
    static void prices(StubEndpoint model) {
        model.charging(
                request -> new BigDecimal(request.model().equals("other") ? "0.0002" : "0.001"));
    }

    /** The model "other" shouts, except words with an s. */
    static void otherShouts(StubEndpoint model) {
        prices(model);
        model.answering(request -> {
            StubAnswer usual = StubAnswer.byDefault(request);
            String said = String.valueOf(usual.content());
            return request.model().equals("other") && !said.startsWith("s")
                    ? StubAnswer.text(said.toUpperCase(Locale.ROOT))
                    : usual;
        });
    }

    static String words(String... words) {
        return "(SELECT unnest(['" + String.join("', '", words) + "']) AS text)";
    }

    static String map(SqlSession sql, String... words) {
        sql.query("RVBBIT MAP 'first_word' AS w USING " + words(words)).returnsRows(words.length);
        return sql.lastCaller();
    }
}
