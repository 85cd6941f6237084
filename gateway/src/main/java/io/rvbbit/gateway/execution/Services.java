package io.rvbbit.gateway.execution;

import io.rvbbit.gateway.access.Roles;
import io.rvbbit.gateway.engine.BookQuery;
import io.rvbbit.gateway.engine.Databases;
import io.rvbbit.tracking.Books;
import io.rvbbit.tracking.CallerTotals;
import io.rvbbit.udf.Journals;
import io.rvbbit.udf.QueryScopes;
import io.rvbbit.udf.budget.ServerBudgets;
import io.rvbbit.udf.cache.AnswerCache;
import io.rvbbit.udf.cascade.CascadeCatalog;
import io.rvbbit.udf.cascade.CascadeRunner;
import io.rvbbit.udf.cascade.PromptPreview;
import io.rvbbit.udf.llm.ModelCatalog;
import java.time.Clock;

/**
 * What every session shares.
 *
 * @param statements what others see of statements that run or have run
 * @param maxRows the most rows that one RVBBIT clause may map or stage
 */
public record Services(
        Databases databases,
        Roles roles,
        CascadeCatalog cascades,
        ModelCatalog models,
        CascadeRunner runner,
        PromptPreview previews,
        AnswerCache answers,
        Journals journals,
        QueryScopes scopes,
        Books books,
        BookQuery bookQuery,
        CallerTotals totals,
        ServerBudgets budgets,
        RecentStatements statements,
        FunctionUses functionUses,
        Fallbacks fallbacks,
        Signals signals,
        Tracing tracing,
        StatementTally.Counts counts,
        Clock clock,
        long maxRows) {}
