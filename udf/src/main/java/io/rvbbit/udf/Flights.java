package io.rvbbit.udf;

import io.rvbbit.rewriter.SqlException;
import io.rvbbit.rewriter.SqlState;
import io.rvbbit.udf.cache.RunningAnswers;
import io.rvbbit.udf.cache.SharedCall;
import io.rvbbit.udf.cache.StoredAnswer;
import io.rvbbit.udf.cascade.CascadeResult;
import io.rvbbit.udf.cascade.CascadeRunner;
import io.rvbbit.udf.cascade.Invocation;
import io.rvbbit.udf.cascade.RowError;
import io.rvbbit.udf.llm.ModelException;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Consumer;
import java.util.function.Supplier;

/**
 * A statement's cascades in flight: one per distinct input, at most n running.
 *
 * <p>The same key is computed once per statement, whichever vector, call or thread asks. An answer
 * reaches the journal before its flight goes, so that a newcomer finds one or the other. They begin
 * in the order in which they were boarded, so that the first rows are answered first. What another
 * statement computes already is waited for, unless the call is not shared. Threading: any thread.
 */
final class Flights {
    private final CascadeRunner runner;
    private final RowLedger ledger;
    private final Journal journal;
    private final Consumer<SqlException> onFault;
    private final Lanes lanes;
    private final Map<CallKey, CompletableFuture<Answer>> inFlight = new ConcurrentHashMap<>();
    private final CompletableFuture<Answer> stopping = new CompletableFuture<>();
    private volatile boolean stopped;

    /**
     * @param name of the threads, which get a number each
     * @param onFault hears of every failure of the statement and is expected to call {@link #stop}
     */
    Flights(
            String name,
            int parallel,
            CascadeRunner runner,
            RowLedger ledger,
            Journal journal,
            Consumer<SqlException> onFault) {
        this.runner = runner;
        this.ledger = ledger;
        this.journal = journal;
        this.onFault = onFault;
        this.lanes = new Lanes(name, parallel);
    }

    /**
     * Takes the answer to this key from wherever it is, or starts to compute it.
     *
     * <p>Stored answers are looked up on this thread.
     *
     * @param again the key for a later run of the statement
     * @param shared the call as other statements see it
     * @param invocation asked on this thread, and only if there is something to compute
     * @param settlement books the answer for this caller before anybody sees it
     */
    CompletableFuture<Answer> board(
            CallKey key,
            CallKey again,
            SharedCall shared,
            Supplier<Invocation> invocation,
            Settlement settlement) {
        CompletableFuture<Answer> fresh = new CompletableFuture<>();
        CompletableFuture<Answer> earlier = inFlight.putIfAbsent(key, fresh);
        if (earlier != null) {
            return earlier.thenApply(answer -> settlement.settle(answer, false));
        }
        Flight flight = new Flight(key, again, shared, settlement, fresh);
        try {
            Optional<Answer> kept = journal.get(key);
            if (kept.isPresent()) {
                land(flight, kept.get());
                return fresh.thenApply(answer -> settlement.settle(answer, false));
            }
            if (stopped) {
                crash(flight);
                return fresh;
            }
            // Before the start: a failure must stop the statement while its lane is still taken.
            var settled = fresh.thenApply(answer -> settlement.settle(answer, !answer.cached()));
            begin(flight, invocation);
            return settled;
        } catch (RejectedExecutionException e) {
            crash(flight);
            return fresh;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            crash(flight);
            return fresh;
        } catch (RuntimeException e) {
            crash(flight);
            throw e;
        }
    }

    private void begin(Flight flight, Supplier<Invocation> invocation) throws InterruptedException {
        Optional<Answer> paid = journal.earlier(flight.key(), flight.again());
        if (paid.isPresent()) {
            land(flight, paid.get());
            return;
        }
        Optional<StoredAnswer> stored = flight.shared().find();
        if (stored.isPresent()) {
            serve(flight, stored.get());
        } else if (flight.shared().isStoredOnly()) {
            flight.shared().missed();
            keep(flight, Answer.failed(notStored(flight.shared())));
        } else {
            Invocation work = invocation.get();
            lanes.run(() -> compute(flight, work, Optional.empty()));
        }
    }

    /** Starts no more, releases whoever waits, interrupts what runs. */
    void stop() {
        stopped = true;
        // Whoever waits goes first: thousands of interrupted threads would compete with them.
        stopping.completeExceptionally(new StatementStopped());
        journal.giveUp();
        lanes.stop();
    }

    /**
     * Waits for an answer or the stop, whichever is first.
     *
     * @throws ExecutionException with a {@link StatementStopped} for the stop
     */
    <T> T await(CompletableFuture<T> answer, Duration atMost)
            throws InterruptedException, ExecutionException, TimeoutException {
        if (!answer.isDone()) {
            CompletableFuture.anyOf(answer, stopping).get(atMost.toMillis(), TimeUnit.MILLISECONDS);
        }
        return answer.get(0, TimeUnit.MILLISECONDS);
    }

    /** After {@link #stop}: waits for the threads; false if some still run after that time. */
    boolean awaitEnd(Duration patience) throws InterruptedException {
        return lanes.awaitEnd(patience.toMillis());
    }

    /** Runs in a lane: nobody may wait for us before, for it may be they who have the lane. */
    private void compute(Flight flight, Invocation invocation, Optional<Deadline> following) {
        boolean waits = false;
        try {
            if (stopped) {
                return;
            }
            switch (flight.shared().claim()) {
                case RunningAnswers.Ours ours -> computeClaimed(flight, ours, invocation);
                case RunningAnswers.Theirs(var theirs) -> {
                    Deadline until =
                            following.orElseGet(
                                    () -> Deadline.after(invocation.overrides().timeout()));
                    lanes.beside(() -> follow(flight, invocation, theirs, until));
                    waits = true;
                }
            }
        } catch (SqlException e) {
            onFault.accept(e);
        } catch (RejectedExecutionException _) {
            // The statement has ended.
        } catch (RuntimeException | Error e) {
            onFault.accept(internal(e));
        } finally {
            if (!waits) {
                crash(flight);
            }
        }
    }

    /** Waits, without a lane, for a statement that computes the same. */
    private void follow(
            Flight flight,
            Invocation invocation,
            CompletableFuture<Optional<StoredAnswer>> theirs,
            Deadline deadline) {
        boolean again = false;
        try {
            Optional<StoredAnswer> answer = deadline.await(theirs);
            if (answer.isPresent()) {
                serve(flight, answer.get());
            } else {
                lanes.runNext(() -> compute(flight, invocation, Optional.of(deadline)));
                again = true;
            }
        } catch (TimeoutException e) {
            keep(flight, Answer.failed(deadline.passed()));
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } catch (SqlException e) {
            onFault.accept(e);
        } catch (RejectedExecutionException _) {
            // The statement has ended.
        } catch (RuntimeException | Error e) {
            onFault.accept(internal(e));
        } finally {
            if (!again) {
                crash(flight);
            }
        }
    }

    /** Ends with whatever stops the statement done, so that the lane starts nothing more. */
    private void computeClaimed(Flight flight, RunningAnswers.Ours claim, Invocation invocation) {
        try (claim) {
            // Whoever had the claim before us may have stored the answer since we looked.
            Optional<StoredAnswer> meanwhile = flight.shared().find();
            if (meanwhile.isPresent()) {
                claim.answered(meanwhile.get());
                serve(flight, meanwhile.get());
                return;
            }
            flight.shared().missed();
            Answer answer = answer(invocation);
            if (answer.error() == null) {
                StoredAnswer stored = flight.shared().stored(answer::stored);
                flight.shared().store(stored);
                claim.answered(stored);
            }
            keep(flight, answer);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            if (!stopped) {
                onFault.accept(internal(e));
            }
        } catch (SqlException e) {
            onFault.accept(e);
        } catch (RuntimeException | Error e) {
            onFault.accept(internal(e));
        }
    }

    /** Gives what another statement has paid for, once that can be booked. */
    private void serve(Flight flight, StoredAnswer answer) throws InterruptedException {
        if (flight.settlement().awaitRoom(stopping)) {
            flight.settlement().served(answer);
            keep(flight, Answer.served(answer));
        } else {
            crash(flight);
        }
    }

    private void keep(Flight flight, Answer answer) {
        journal.put(flight.key(), flight.again(), answer);
        land(flight, answer);
    }

    private static RowError notStored(SharedCall shared) {
        return new RowError(
                "cache_miss",
                SqlState.EXTERNAL_ROUTINE,
                shared.isShareable()
                        ? "there is no stored answer for this input"
                        : "answers of this cascade are not stored",
                0);
    }

    private Answer answer(Invocation invocation) throws InterruptedException {
        Optional<ModelException> nothingLeft = invocation.allowance().exhausted();
        if (nothingLeft.isPresent()) {
            return Answer.failed(RowError.of(nothingLeft.get()));
        }
        CascadeResult result = runner.run(invocation);
        ledger.sessionEnded(result);
        return Answer.of(result);
    }

    private void land(Flight flight, Answer answer) {
        inFlight.remove(flight.key(), flight.answer());
        flight.answer().complete(answer);
    }

    /** Does nothing to a flight that has landed. */
    private void crash(Flight flight) {
        inFlight.remove(flight.key(), flight.answer());
        flight.answer().completeExceptionally(new StatementStopped());
    }

    /** One input on its way to its answer. */
    private record Flight(
            CallKey key,
            CallKey again,
            SharedCall shared,
            Settlement settlement,
            CompletableFuture<Answer> answer) {}

    private static SqlException internal(Throwable cause) {
        return new SqlException(SqlState.INTERNAL_ERROR, "a cascade broke down", cause);
    }

    /** Books an answer for one of those who asked for it, and gives what that one gets. */
    interface Settlement {
        /** {@code own}: this one started the flight, and so pays for it. */
        Answer settle(Answer answer, boolean own);

        /**
         * Waits until the books have room for what is {@link #served}.
         *
         * @return false if {@code stopped} has completed before
         * @throws SqlException if they have none for too long
         */
        boolean awaitRoom(CompletableFuture<?> stopped) throws InterruptedException;

        /** Another statement has paid; told once, however many ask here. */
        void served(StoredAnswer answer);
    }
}
