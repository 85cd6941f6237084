package io.rvbbit.tracking;

import java.nio.file.Path;
import java.time.Clock;
import java.util.Optional;

/**
 * A gateway's books in ClickHouse, behind Kafka, that record rows until they are killed.
 *
 * <p>Arguments: URL, user and password of ClickHouse, the directory of data, a number that makes
 * its ids its own, the broker and the name of its topics.
 */
final class KafkaTeller {
    private KafkaTeller() {}

    public static void main(String[] arguments) throws Exception {
        Books books =
                Books.open(
                        ClickHouseAddress.of(arguments[0], arguments[1], arguments[2]),
                        Path.of(arguments[3]),
                        Clock.systemUTC(),
                        BookOptions.DEFAULT.with(
                                Optional.of(KafkaBroker.address(arguments[5], arguments[6]))));
        KilledTeller.tell(books, arguments[4]);
    }
}
