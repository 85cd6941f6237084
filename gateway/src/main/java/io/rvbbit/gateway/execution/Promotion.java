package io.rvbbit.gateway.execution;

import com.fasterxml.jackson.databind.JsonNode;
import io.rvbbit.gateway.execution.PromotedCascade.Answered;
import io.rvbbit.rewriter.NearestName;
import io.rvbbit.rewriter.SqlException;
import io.rvbbit.rewriter.SqlState;
import io.rvbbit.rewriter.Statement.PromoteStatement;
import io.rvbbit.tracking.BookReader.Condition;
import io.rvbbit.tracking.BookReader.Scan;
import io.rvbbit.tracking.BooksUnavailable;
import io.rvbbit.udf.FallbackCall;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * PROMOTE FUNCTION: what a model has answered for a missing function becomes a cascade in a file.
 *
 * <p>The file lies outside the database, so a ROLLBACK could not take it back: inside a transaction
 * block the statement is refused. Threading: the session's thread only.
 */
final class Promotion {
    private static final String NO_SCHEMA = FallbackCall.NO_SERVICE;

    /** How many of the newest different calls are looked at. */
    private static final int MOST_CALLS = 1_000;

    private static final List<String> COLUMNS =
            List.of("ts", "service", "method", "success", "args", "decision", "result", "metadata");

    private final ClientContext client;
    private final PromoteStatement statement;

    private Promotion(ClientContext client, PromoteStatement statement) {
        this.client = client;
        this.statement = statement;
    }

    /** The rights are looked at when the statement runs. */
    static Plan plan(ClientContext client, PromoteStatement statement) {
        Promotion promotion = new Promotion(client, statement);
        return RowsPlan.showing(
                TextRows.textColumns("file", "examples"),
                "PROMOTE",
                () -> List.of(promotion.run()));
    }

    private List<String> run() {
        client.requireAdmin("permission denied: only an admin promotes functions");
        if (client.connection().inTransaction()) {
            throw new SqlException(
                            SqlState.ACTIVE_TRANSACTION,
                            "RVBBIT PROMOTE cannot run inside a transaction block")
                    .hint("a file is not part of a database: send it on its own");
        }
        String service = FallbackPlanner.service(statement.schema());
        PromotedCascade cascade =
                new PromotedCascade(
                        service.equals(NO_SCHEMA) ? "" : service,
                        statement.name(),
                        answered(service),
                        statement.redact());
        try {
            String file =
                    client.services().cascades().create(statement.file(), cascade.definition());
            return List.of(file, String.valueOf(cascade.exampleCount()));
        } catch (SqlException e) {
            throw e.position() > 0 ? e : e.at(statement.filePosition());
        }
    }

    /** The newest answer to each different call, the newest first. */
    private List<Answered> answered(String service) {
        Map<String, Answered> newest = new LinkedHashMap<>();
        List<Answered> all = new ArrayList<>(successes(service));
        all.sort(Comparator.comparing(Answered::at).reversed());
        for (Answered each : all) {
            newest.putIfAbsent(each.args(), each);
        }
        if (newest.isEmpty()) {
            throw unknown(service);
        }
        return List.copyOf(newest.values());
    }

    private List<Answered> successes(String service) {
        ArrayDeque<Answered> kept = new ArrayDeque<>();
        List<Condition> conditions =
                List.of(
                        new Condition("service", "=", List.of(service)),
                        new Condition("method", "=", List.of(statement.name())));
        boolean askable = Condition.isText(service) && Condition.isText(statement.name());
        try (Scan scan =
                client.services()
                        .books()
                        .scan(
                                "ai_fallback_events",
                                COLUMNS,
                                Optional.empty(),
                                askable ? conditions : List.of())) {
            for (@Nullable Object @Nullable [] row = scan.next(); row != null; row = scan.next()) {
                if (service.equals(row[1])
                        && statement.name().equals(row[2])
                        && Boolean.TRUE.equals(row[3])
                        && row[0] instanceof Instant at) {
                    Optional<String> gives = gives(text(row[5]), text(row[7]));
                    if (gives.isEmpty()) {
                        continue;
                    }
                    kept.addLast(new Answered(at, text(row[4]), gives.get(), text(row[6])));
                    if (kept.size() > MOST_CALLS) {
                        Answered _ = kept.removeFirst();
                    }
                }
            }
        } catch (BooksUnavailable e) {
            throw new SqlException(SqlState.CONNECTION_FAILURE, String.valueOf(e.getMessage()));
        }
        return List.copyOf(kept);
    }

    /** Empty for a decision that no call came of: it has no answer. */
    private static Optional<String> gives(String decision, String metadata) {
        JsonNode told = PromotedCascade.tree(metadata);
        if (!told.path("called").asBoolean(true)) {
            return Optional.empty();
        }
        boolean typed = decision.equals("text") && told.has("type");
        return Optional.of(typed ? told.path("type").asText() : decision);
    }

    private SqlException unknown(String service) {
        String written =
                service.equals(NO_SCHEMA) ? statement.name() : service + "." + statement.name();
        SqlException unknown =
                new SqlException(
                                SqlState.UNDEFINED_OBJECT,
                                "no call of a function \"" + written + "\" was answered by a model")
                        .at(statement.namePosition());
        return unknown.hint(
                NearestName.of(written, answeredNames())
                        .map(near -> "did you mean " + near + "?")
                        .orElse("SELECT * FROM ai_fallback_top_methods() names those that were"));
    }

    private List<String> answeredNames() {
        TreeSet<String> names = new TreeSet<>();
        try (Scan scan =
                client.services()
                        .books()
                        .scan("ai_fallback_events", List.of("service", "method", "success"))) {
            for (@Nullable Object @Nullable [] row = scan.next(); row != null; row = scan.next()) {
                if (Boolean.TRUE.equals(row[2])) {
                    String service = text(row[0]);
                    names.add(
                            service.equals(NO_SCHEMA)
                                    ? text(row[1])
                                    : service + "." + text(row[1]));
                }
            }
        } catch (BooksUnavailable e) {
            return List.of();
        }
        return List.copyOf(names);
    }

    private static String text(@Nullable Object value) {
        return value instanceof String text ? text : "";
    }
}
