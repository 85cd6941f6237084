package io.rvbbit.udf.llm;

import static org.assertj.core.api.Assertions.assertThat;

import io.rvbbit.tracking.CallerId;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Real threads and real time: nobody is forgotten, nothing leaks. */
@Timeout(120)
final class TrafficThreadsTest {
    private static final int MOST = 24;

    private final ProviderConfig provider = ProviderConfig.of("p", "http://127.0.0.1:1/v1", "");

    @Test
    void everybody_gets_a_turn_and_never_too_many_at_once() throws Exception {
        try (Traffic traffic = new Traffic(MOST)) {
            AtomicInteger inside = new AtomicInteger();
            AtomicInteger most = new AtomicInteger();
            AtomicInteger turns = new AtomicInteger();
            List<Thread> threads = new ArrayList<>();
            for (int i = 0; i < 200; i++) {
                Lane lane = traffic.lane(provider, "m" + i % 3);
                CallerId caller = new CallerId("sql-quick-otter-%06d".formatted(i % 7));
                threads.add(
                        Thread.ofVirtual()
                                .start(() -> {
                                    for (int turn = 0; turn < 500; turn++) {
                                        turn(traffic, lane, caller, inside, most);
                                        turns.incrementAndGet();
                                    }
                                }));
            }
            for (Thread thread : threads) {
                thread.join();
            }

            assertThat(turns).hasValue(200 * 500);
            assertThat(most.get()).isBetween(2, MOST);
            assertThat(traffic.readings())
                    .allMatch(lane -> lane.inFlight() == 0 && lane.waiting() == 0);
        }
    }

    private static void turn(
            Traffic traffic, Lane lane, CallerId caller, AtomicInteger inside, AtomicInteger most) {
        try (Slot _ = traffic.take(lane, caller, 0, 0)) {
            most.accumulateAndGet(inside.incrementAndGet(), Math::max);
            // Lets others have its carrier while it holds a place.
            LockSupport.parkNanos(1);
            inside.decrementAndGet();
        } catch (InterruptedException unexpected) {
            throw new IllegalStateException(unexpected);
        }
    }

    @Test
    void interrupts_at_any_moment_leave_every_place_free() throws Exception {
        try (Traffic traffic = new Traffic(4)) {
            Lane paced =
                    traffic.lane(provider.withLimits(List.of(new RateLimit("*", 600_000, 0))), "m");
            SplittableRandom random = new SplittableRandom(4);
            CallerId caller = new CallerId("sql-quick-otter-000001");
            for (int round = 0; round < 20; round++) {
                List<Thread> threads = new ArrayList<>();
                for (int i = 0; i < 100; i++) {
                    threads.add(
                            Thread.ofVirtual()
                                    .start(() -> {
                                        try {
                                            while (true) {
                                                traffic.take(paced, caller, 0, 0).close();
                                            }
                                        } catch (InterruptedException end) {
                                            // As it shall be.
                                        }
                                    }));
                }
                while (!threads.isEmpty()) {
                    Thread one = threads.remove(random.nextInt(threads.size()));
                    one.interrupt();
                    assertThat(one.join(Duration.ofSeconds(30))).isTrue();
                }
                assertThat(traffic.readings())
                        .allMatch(lane -> lane.inFlight() == 0 && lane.waiting() == 0);
            }
            traffic.take(paced, caller, 0, 0).close();
        }
    }
}
