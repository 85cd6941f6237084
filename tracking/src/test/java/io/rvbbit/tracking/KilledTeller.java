package io.rvbbit.tracking;

import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * A process that records rows until it is killed, and says of each one that it was recorded.
 *
 * <p>Arguments: the file of the books, and a number that makes its ids its own; then, if its events
 * go through Kafka, the broker and the name of its topics; or the directory of the log, the number,
 * and ClickHouse's URL, user and password.
 */
final class KilledTeller {
    private static final int THREADS = 3;
    private static final int CLICKHOUSE = 5;

    private KilledTeller() {}

    public static void main(String[] arguments) throws Exception {
        if (arguments.length == CLICKHOUSE) {
            int at = 2;
            ClickHouseAddress address =
                    ClickHouseAddress.of(arguments[at++], arguments[at++], arguments[at]);
            tell(
                    Books.open(
                            address, Path.of(arguments[0]), Clock.systemUTC(), BookOptions.DEFAULT),
                    arguments[1]);
        }
        Books books =
                Books.open(
                        Path.of(arguments[0]),
                        Clock.systemUTC(),
                        BookOptions.DEFAULT.with(
                                arguments.length < 4
                                        ? Optional.empty()
                                        : Optional.of(
                                                KafkaBroker.address(arguments[2], arguments[3]))));
        tell(books, arguments[1]);
    }

    /** Does so for ever; {@code round} is the number. */
    static void tell(Books books, String round) throws InterruptedException {
        PrintStream told =
                new PrintStream(
                        new FileOutputStream(FileDescriptor.out), true, StandardCharsets.UTF_8);
        List<Thread> threads = new ArrayList<>();
        for (int thread = 0; thread < THREADS; thread++) {
            var story = new Story(books, "sql-calm-bee-%s0000%d".formatted(round, thread));
            story.statement("q");
            String prefix = "udf-calm-bee-" + round + "t" + thread + "x";
            threads.add(
                    Thread.ofPlatform()
                            .start(() -> {
                                for (int i = 0; ; i++) {
                                    story.row(prefix + i, i, Story.usage(3, 1, "0.000000000007"));
                                    told.println(prefix + i);
                                }
                            }));
        }
        for (Thread thread : threads) {
            thread.join();
        }
    }
}
