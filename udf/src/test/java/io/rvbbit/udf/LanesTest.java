package io.rvbbit.udf;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

final class LanesTest {
    private static final int MANY = 2_000;

    private final Queue<String> began = new ConcurrentLinkedQueue<>();
    private final CountDownLatch gate = new CountDownLatch(1);
    private Lanes lanes = new Lanes("test", 1);

    @AfterEach
    void stop() {
        gate.countDown();
        lanes.stop();
    }

    private static void await(CountDownLatch latch) {
        try {
            assertThat(latch.await(30, TimeUnit.SECONDS)).isTrue();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private void occupy() {
        CountDownLatch busy = new CountDownLatch(1);
        lanes.run(() -> {
            busy.countDown();
            await(gate);
        });
        await(busy);
    }

    @Test
    void one_lane_keeps_the_order_in_which_work_was_given() {
        CountDownLatch all = new CountDownLatch(MANY);
        for (int i = 0; i < MANY; i++) {
            String name = Integer.toString(i);
            lanes.run(() -> {
                began.add(name);
                all.countDown();
            });
        }
        await(all);
        assertThat(began)
                .containsExactlyElementsOf(
                        IntStream.range(0, MANY).mapToObj(Integer::toString).toList());
    }

    @Test
    void no_more_than_the_lanes_run_at_a_time() {
        lanes = new Lanes("test", 7);
        AtomicInteger running = new AtomicInteger();
        AtomicInteger most = new AtomicInteger();
        CountDownLatch all = new CountDownLatch(MANY);
        CountDownLatch full = new CountDownLatch(7);
        for (int i = 0; i < MANY; i++) {
            lanes.run(() -> {
                most.accumulateAndGet(running.incrementAndGet(), Math::max);
                full.countDown();
                await(full);
                running.decrementAndGet();
                all.countDown();
            });
        }
        await(all);
        assertThat(most).hasValue(7);
    }

    @Test
    void what_is_to_run_next_overtakes_what_waits() {
        CountDownLatch all = new CountDownLatch(3);
        occupy();
        for (String name : List.of("a", "b")) {
            lanes.run(() -> {
                began.add(name);
                all.countDown();
            });
        }
        lanes.runNext(() -> {
            began.add("next");
            all.countDown();
        });
        gate.countDown();
        await(all);
        assertThat(began).containsExactly("next", "a", "b");
    }

    @Test
    void what_only_waits_needs_no_lane() {
        CountDownLatch ran = new CountDownLatch(1);
        occupy();
        lanes.beside(ran::countDown);
        await(ran);
    }

    @Test
    void after_the_stop_what_waits_is_told_and_nothing_more_is_taken() throws Exception {
        occupy();
        CountDownLatch told = new CountDownLatch(1);
        lanes.run(() -> {
            if (Thread.currentThread().isInterrupted()) {
                told.countDown();
            }
        });
        lanes.stop();
        await(told);
        assertThat(lanes.awaitEnd(30_000)).isTrue();
        assertThatExceptionOfType(RejectedExecutionException.class)
                .isThrownBy(() -> lanes.run(() -> began.add("late")));
        assertThatExceptionOfType(RejectedExecutionException.class)
                .isThrownBy(() -> lanes.beside(() -> began.add("late")));
        assertThat(began).isEmpty();
    }
}
