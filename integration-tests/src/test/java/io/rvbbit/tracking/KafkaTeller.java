package io.rvbbit.tracking;

import io.rvbbit.tracking.completion.CompletionPolicy;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.Optional;

/**
 * A gateway's books in ClickHouse, behind Kafka, that record rows until they are killed, and put no
 * calls together: first a call and the start of another, which are stored when the rows begin.
 *
 * <p>Arguments: URL, user and password of ClickHouse, the directory of data, a number that makes
 * its ids its own, the broker and the name of its topics.
 */
final class KafkaTeller {
    private static final CompletionPolicy LEFT_TO_OTHERS =
            new CompletionPolicy(
                    false,
                    true,
                    Duration.ofMinutes(5),
                    100,
                    Duration.ofSeconds(5),
                    Optional.empty(),
                    10_000);

    private KafkaTeller() {}

    public static void main(String[] arguments) throws Exception {
        Books books =
                Books.open(
                        ClickHouseAddress.of(arguments[0], arguments[1], arguments[2]),
                        Path.of(arguments[3]),
                        Clock.systemUTC(),
                        BookOptions.DEFAULT
                                .with(Optional.of(KafkaBroker.address(arguments[5], arguments[6])))
                                .with(LEFT_TO_OTHERS));
        String ids = "udf-calm-bee-" + arguments[4];
        var story = new Story(books, "sql-calm-bee-%s00009".formatted(arguments[4]));
        story.statement("q");
        story.row(ids + "whole", 1, Story.usage(3, 1, "0.000000000007"));
        story.session(ids + "half", 2, "{}");
        story.cell(ids + "half", "extract");
        story.attempt(ids + "half", "extract", "req-" + ids + "half", 1);
        KafkaFixture.awaitStored(books);
        KilledTeller.tell(books, arguments[4]);
    }
}
