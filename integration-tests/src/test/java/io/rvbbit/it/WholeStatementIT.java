package io.rvbbit.it;

import io.rvbbit.it.testkit.GatewayTest;
import org.junit.jupiter.api.Nested;

/**
 * The tests of MAP once more, with the statement run as one by the engine instead of row by row as
 * answers come: both must give the same.
 */
class WholeStatementIT {
    private static final String OFF = "rvbbit.streaming=off";

    @Nested
    @GatewayTest(settings = OFF)
    class Maps extends MapIT {}

    @Nested
    @GatewayTest(settings = OFF)
    class StoredRows extends StoredRowsIT {}

    @Nested
    @GatewayTest(settings = {OFF, "rvbbit.cache=false"})
    class LimitAround extends LimitAroundIT {}

    @Nested
    @GatewayTest(settings = OFF)
    class Order extends OrderIT {}

    @Nested
    @GatewayTest(environment = "RVBBIT_MAX_CALLS_IN_FLIGHT=40", settings = OFF)
    class Parallel extends ParallelIT {}

    @Nested
    @GatewayTest(settings = OFF)
    class Dedupe extends DedupeIT {}

    @Nested
    @GatewayTest(environment = "RVBBIT_CALL_ATTEMPTS=1", settings = OFF)
    class Errors extends ErrorsIT {}

    @Nested
    @GatewayTest(environment = "RVBBIT_MAX_ROWS=12000", settings = OFF)
    class Limits extends LimitsIT {}

    @Nested
    @GatewayTest(settings = OFF)
    class Retries extends RetryIT {}

    @Nested
    @GatewayTest(settings = OFF)
    class TypedColumns extends TypedColumnsIT {}

    @Nested
    @GatewayTest(settings = OFF)
    class OfBooks extends BooksIT {}
}
