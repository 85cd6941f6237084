package io.rvbbit.gateway;

import io.rvbbit.tracking.Books;
import io.rvbbit.tracking.BooksUnavailable;
import io.rvbbit.tracking.SpendingReader;
import io.rvbbit.udf.budget.ServerBudgets;
import io.rvbbit.udf.llm.ModelCatalog;
import io.rvbbit.udf.llm.Picodollars;
import java.math.BigDecimal;
import java.time.Instant;
import java.util.HashMap;
import java.util.Map;

/**
 * What the books tell that was spent before this start.
 *
 * <p>An attempt whose cost is not known counts as it did when it was sent: with the most that it
 * can have cost, by the price of that time. Threading: any thread.
 */
final class PastSpending implements ServerBudgets.History {
    private final Books books;
    private final ModelCatalog models;

    PastSpending(Books books, ModelCatalog models) {
        this.books = books;
        this.models = models;
    }

    @Override
    public ServerBudgets.Past since(Instant start) {
        Map<String, Long> spent = new HashMap<>();
        Map<String, Long> kept = new HashMap<>();
        try {
            read(start, spent, kept);
        } catch (BooksUnavailable e) {
            throw new BooksUnavailable(
                    "a budget is set for a day or month, and what was spent of it stands in the"
                            + " books: "
                            + e.getMessage(),
                    e);
        }
        return new ServerBudgets.Past(spent, kept);
    }

    private void read(Instant start, Map<String, Long> spent, Map<String, Long> kept) {
        books.readSpending(
                start,
                new SpendingReader() {
                    @Override
                    public void spent(String user, BigDecimal costUsd) {
                        spent.merge(user, Picodollars.atLeast(costUsd), Picodollars::sum);
                    }

                    @Override
                    public void uncosted(
                            String user, String provider, String model, String body, Instant at) {
                        kept.merge(user, models.most(provider, model, body, at), Picodollars::sum);
                    }
                });
    }
}
