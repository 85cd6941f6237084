package io.rvbbit.udf.cascade;

import io.rvbbit.tracking.EventSink;
import io.rvbbit.tracking.IdSource;
import io.rvbbit.udf.llm.Models;
import io.rvbbit.udf.llm.Sleeper;
import io.rvbbit.udf.mcp.McpServers;
import io.rvbbit.udf.web.WebClient;
import java.time.Clock;
import java.time.Duration;

/**
 * The innermost runner: takes the cells in order and tells the books of everything.
 *
 * <p>A row's fault (a model that does not answer, an answer that does not fit, a time that is over)
 * becomes the result's error; a fault of the statement (credentials, a wrong template, SQL that
 * cannot be right for any row) is thrown. Threading: any thread; runs share nothing.
 */
public final class StepRunner implements CascadeRunner {
    private final Models models;
    private final EventSink events;
    private final IdSource ids;
    private final Clock clock;
    private final Sleeper sleeper;
    private final Limits limits;
    private final WebClient web;
    private final McpSkills mcp;

    /**
     * What counts where a cascade says nothing.
     *
     * @param modelTimeout of one attempt
     * @param modelAttempts per request, at least 1
     * @param sqlTimeout of one query
     * @param sqlMaxRows a query with more fails
     */
    public record Limits(
            Duration modelTimeout, int modelAttempts, Duration sqlTimeout, int sqlMaxRows) {
        public static final Limits DEFAULT =
                new Limits(Duration.ofMinutes(2), 3, Duration.ofMinutes(1), 10_000);

        public Limits {
            if (modelAttempts < 1 || sqlMaxRows < 1) {
                throw new IllegalArgumentException("attempts and rows are at least 1");
            }
        }
    }

    /** Without MCP servers. */
    public StepRunner(
            Models models,
            EventSink events,
            IdSource ids,
            Clock clock,
            Sleeper sleeper,
            Limits limits,
            WebClient web) {
        this(models, events, ids, clock, sleeper, limits, web, McpServers.none());
    }

    public StepRunner(
            Models models,
            EventSink events,
            IdSource ids,
            Clock clock,
            Sleeper sleeper,
            Limits limits,
            WebClient web,
            McpServers mcp) {
        this.web = web;
        this.mcp = new McpSkills(mcp);
        this.models = models;
        this.events = events;
        this.ids = ids;
        this.clock = clock;
        this.sleeper = sleeper;
        this.limits = limits;
    }

    @Override
    public CascadeResult run(Invocation invocation) throws InterruptedException {
        BookRoom.await(events, invocation.caller());
        String session = ids.newSession(invocation.sessionPrefix());
        ToolBooks books = new ToolBooks(events, clock);
        SubCascadeStep subCascades = new SubCascadeStep(this, sleeper);
        CellSteps steps =
                new CellSteps(
                        new TakesStep(
                                new PromptStep(
                                        models,
                                        limits,
                                        new SkillSteps(limits, subCascades, web, mcp),
                                        books)),
                        new SqlStep(books, sleeper, limits),
                        new HttpStep(web, books, sleeper),
                        subCascades);
        return new SessionRun(invocation, session, events, clock, steps).run();
    }
}
