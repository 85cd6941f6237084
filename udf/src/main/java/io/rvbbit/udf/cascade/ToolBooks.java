package io.rvbbit.udf.cascade;

import com.fasterxml.jackson.databind.JsonNode;
import io.rvbbit.rewriter.SqlException;
import io.rvbbit.rewriter.SqlState;
import io.rvbbit.tracking.Event;
import io.rvbbit.tracking.EventSink;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;

/** Has tools used, each from its start to its end, which is booked whatever happens. */
record ToolBooks(EventSink events, Clock clock) {
    /** What a tool does. */
    @FunctionalInterface
    interface Use {
        Result run() throws InterruptedException;
    }

    /**
     * What a tool gave.
     *
     * @param forBooks what the books keep of it
     */
    record Result(JsonNode value, JsonNode forBooks) {}

    /**
     * Uses a tool once there is room in the books.
     *
     * @param given what the books keep of what it is asked; no secret
     */
    JsonNode booked(CellRun run, String cell, String tool, JsonNode given, Use use)
            throws InterruptedException {
        run.log().awaitRoom();
        Instant begun = clock.instant();
        int take = run.log().take();
        events.record(
                new Event.ToolStarted(run.session(), cell, tool, take, given.toString(), begun));
        String output = "{}";
        String error = "";
        try {
            Result result = use.run();
            output = result.forBooks().toString();
            return result.value();
        } catch (RowFailure failure) {
            error = error(failure.error(0));
            throw failure;
        } catch (SqlException e) {
            if (Thread.interrupted()) {
                error = interrupted(run.log());
                throw new InterruptedException();
            }
            error = error(new RowError(tool(tool), e.state(), String.valueOf(e.getMessage()), 0));
            throw e;
        } catch (InterruptedException e) {
            error = interrupted(run.log());
            throw e;
        } catch (RuntimeException | Error e) {
            error = RunFault.json(e, run.log().late(), 0);
            throw e;
        } finally {
            Instant now = clock.instant();
            events.record(
                    new Event.ToolEnded(
                            run.session(),
                            cell,
                            tool,
                            take,
                            output,
                            error,
                            Duration.between(begun, now),
                            now));
        }
    }

    /** The class of an error that the engine found: every other tool's is its own. */
    private static String tool(String name) {
        return name.equals(SqlStep.TOOL) ? "sql" : "statement";
    }

    private static String interrupted(CellLog log) {
        return error(
                log.late()
                        .map(late -> new RowError("timeout", SqlState.QUERY_CANCELED, late, 0))
                        .orElseGet(() ->
                                new RowError(
                                        "cancelled",
                                        SqlState.QUERY_CANCELED,
                                        "the statement was cancelled",
                                        0)));
    }

    private static String error(RowError error) {
        return error.toJson().toString();
    }
}
