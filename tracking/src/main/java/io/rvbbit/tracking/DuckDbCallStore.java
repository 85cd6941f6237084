package io.rvbbit.tracking;

import static io.rvbbit.tracking.DuckDbTransactions.moment;

import io.rvbbit.tracking.completion.CallStore;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.util.Optional;

/** The calls in the DuckDB books. Threading: one thread at a time. */
final class DuckDbCallStore implements CallStore {
    private final DuckDbTransactions transactions;

    DuckDbCallStore(DuckDbFile file) {
        this.transactions = new DuckDbTransactions(file);
    }

    /**
     * Before the first event of a process: remembers from when on the worker is told of all parts.
     *
     * <p>A time during which it was not told is the backfill's, which then has to look at the days
     * since once more.
     */
    void begin(boolean dualWrite, Instant now) throws SQLException {
        transactions.transact(sql -> {
            if (!dualWrite) {
                return sql.execute(
                        "UPDATE completion_state SET began_at = NULL, updated_at = "
                                + moment(now)
                                + " WHERE began_at IS NOT NULL");
            }
            if (sql.numbers("SELECT count(*) FROM completion_state WHERE began_at IS NULL")[0]
                    == 0) {
                return 0L;
            }
            sql.execute(
                    """
                    UPDATE backfill_day SET status = 'pending',
                        processed_until = make_timestamptz(epoch_us(batch_date::TIMESTAMP))
                    WHERE epoch_us(batch_date::TIMESTAMP) >=
                        (SELECT epoch_us(updated_at) - 86400000000 FROM completion_state)\
                    """);
            return sql.execute("UPDATE completion_state SET began_at = " + moment(now));
        });
    }

    @Override
    public long depth() throws SQLException {
        return transactions.transact(
                sql -> sql.numbers("SELECT coalesce(sum(parts), 0)::BIGINT FROM call_batch")[0]);
    }

    @Override
    public Step complete(Instant now, Duration timeout, long failures) throws SQLException {
        return transactions.transact(sql -> new DuckDbCompletion(sql, now, timeout).run(failures));
    }

    @Override
    public long request(LocalDate first, LocalDate last, Instant now) throws SQLException {
        return transactions.transact(sql -> new DuckDbBackfill(sql, now).request(first, last));
    }

    @Override
    public Optional<LocalDate> nextDay() throws SQLException {
        return transactions.transact(DuckDbBackfill::nextDay);
    }

    @Override
    public Slice backfill(LocalDate day, Instant now, Duration timeout) throws SQLException {
        return transactions.transact(sql -> new DuckDbBackfill(sql, now).slice(day, timeout));
    }

    @Override
    public void failed(LocalDate day, Instant now) throws SQLException {
        transactions.transact(sql -> {
            new DuckDbBackfill(sql, now).failed(day);
            return true;
        });
    }

    @Override
    public void close() {
        transactions.close();
    }
}
