package io.rvbbit.udf.llm;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.rvbbit.rewriter.SqlState;
import io.rvbbit.tracking.CallerId;
import io.rvbbit.tracking.Usage;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

final class TrafficTest {
    private static final Instant NOW = Instant.parse("2026-11-22T12:00:00Z");
    private static final CallerId BIG = new CallerId("sql-big-otter-000001");
    private static final CallerId SMALL = new CallerId("sql-small-otter-000002");
    private static final Duration LONGEST = Duration.ofMinutes(1);

    private final ManualAlarm alarm = new ManualAlarm();
    private final ProviderConfig provider = ProviderConfig.of("p", "http://127.0.0.1:1/v1", "");

    @Test
    void three_requests_of_a_neighbour_pass_ten_thousand() {
        Traffic traffic = traffic(4);
        Lane lane = traffic.lane(provider, "m");
        List<Slot> big = join(traffic, lane, BIG, 10_000);
        List<Slot> small = join(traffic, lane, SMALL, 3);

        int others = 0;
        for (int next = 0; small.stream().anyMatch(slot -> !slot.isGranted()); next++) {
            big.get(next).close();
            others++;
        }

        assertThat(others).isLessThanOrEqualTo(6);
        assertThat(big.stream().filter(Slot::isGranted).count()).isLessThanOrEqualTo(4 + 3);
    }

    @Test
    void statements_take_turns_and_each_keeps_its_order() {
        Traffic traffic = traffic(1);
        Lane lane = traffic.lane(provider, "m");
        Slot first = traffic.join(lane, BIG, 0, 0);
        List<Slot> big = join(traffic, lane, BIG, 3);
        List<Slot> small = join(traffic, lane, SMALL, 2);

        List<Slot> order = new ArrayList<>();
        first.close();
        while (order.size() < 5) {
            Slot going =
                    java.util.stream.Stream.concat(big.stream(), small.stream())
                            .filter(slot -> slot.isGranted() && !order.contains(slot))
                            .findFirst()
                            .orElseThrow();
            order.add(going);
            going.close();
        }

        assertThat(order)
                .containsExactly(big.get(0), small.get(0), big.get(1), small.get(1), big.get(2));
    }

    @Test
    void a_slow_model_leaves_room_for_another() {
        Traffic traffic = traffic(640);
        List<Slot> slow = join(traffic, traffic.lane(provider, "slow"), BIG, 1_000);
        List<Slot> quick = join(traffic, traffic.lane(provider, "quick"), SMALL, 30);

        assertThat(granted(slow)).isEqualTo(630);
        assertThat(granted(quick)).isEqualTo(10);
    }

    @Test
    void places_that_come_free_go_first_to_the_model_that_has_few() {
        Traffic traffic = traffic(100);
        List<Slot> one = join(traffic, traffic.lane(provider, "one"), BIG, 1_000);
        List<Slot> other = join(traffic, traffic.lane(provider, "other"), SMALL, 1_000);
        long before = granted(other);

        one.stream().limit(40).forEach(Slot::close);

        assertThat(granted(other) - before).isBetween(30L, 36L);
        assertThat(granted(one)).isBetween(99 + 3L, 99 + 9L);
    }

    @Test
    void even_one_place_serves_all_models() {
        Traffic traffic = traffic(1);
        Slot first = traffic.join(traffic.lane(provider, "one"), BIG, 0, 0);
        Slot other = traffic.join(traffic.lane(provider, "other"), BIG, 0, 0);
        assertThat(other.isGranted()).isFalse();

        first.close();

        assertThat(other.isGranted()).isTrue();
    }

    @Test
    void all_models_of_a_provider_share_its_connections() {
        Traffic traffic = traffic(100);
        ProviderConfig narrow = provider.withBounds(Duration.ofSeconds(1), 5, 1_000);
        List<Slot> one = join(traffic, traffic.lane(narrow, "one"), BIG, 4);
        List<Slot> other = join(traffic, traffic.lane(narrow, "other"), BIG, 4);
        assertThat(granted(other)).isEqualTo(1);

        one.getFirst().close();

        assertThat(granted(other)).isEqualTo(2);
    }

    @Test
    void a_known_limit_lets_attempts_leave_evenly() {
        Traffic traffic = traffic(1_000);
        Lane lane = traffic.lane(provider.withLimits(List.of(new RateLimit("m*", 6_000, 0))), "m1");
        List<Slot> slots = join(traffic, lane, BIG, 1_000);

        for (int second = 1; second <= 5; second++) {
            alarm.advance(Duration.ofSeconds(1));
            assertThat(granted(slots)).isBetween(98L * second, 100L * second);
        }
        assertThat(alarm.bells()).isLessThanOrEqualTo(1);
    }

    @Test
    void tokens_are_charged_as_estimated_and_settled_as_told() {
        Traffic traffic = traffic(1_000);
        Lane lane = traffic.lane(provider.withLimits(List.of(new RateLimit("*", 0, 60_000))), "m");
        List<Slot> slots = new ArrayList<>();
        for (int i = 0; i < 3; i++) {
            slots.add(traffic.join(lane, BIG, 10_000, 10_000));
        }
        alarm.advance(Duration.ofSeconds(2));
        assertThat(granted(slots)).isEqualTo(1);

        // A tenth of what was thought: the next goes a second after the first.
        settle(slots.getFirst(), answered(900, 100), RateHeaders.NONE);

        assertThat(granted(slots)).isEqualTo(2);
    }

    @Test
    void a_limit_that_replies_tell_is_kept() {
        Traffic traffic = traffic(1_000);
        Lane lane = traffic.lane(provider, "m");
        List<Slot> slots = join(traffic, lane, BIG, 10);
        settle(slots.removeFirst(), answered(1, 1), limits(600));
        slots.forEach(Slot::close);

        List<Slot> more = join(traffic, lane, BIG, 100);
        alarm.advance(Duration.ofSeconds(2));

        assertThat(granted(more)).isBetween(19L, 20L);
        assertThat(traffic.readings().getFirst().requestsPerMinute()).isEqualTo(600);
    }

    @Test
    void retry_after_holds_up_all_who_wait_and_all_who_come() {
        Traffic traffic = traffic(2);
        Lane lane = traffic.lane(provider, "m");
        List<Slot> slots = join(traffic, lane, BIG, 5);
        settle(slots.get(0), refused(Duration.ofSeconds(7)), RateHeaders.NONE);
        slots.get(1).close();
        slots.add(traffic.join(lane, SMALL, 0, 0));

        assertThat(traffic.readings().getFirst().pausedUntil()).contains(NOW.plusSeconds(7));
        alarm.advance(Duration.ofSeconds(7).minusNanos(1));
        assertThat(granted(slots)).isEqualTo(2);
        alarm.advance(Duration.ofNanos(1));
        assertThat(granted(slots)).isEqualTo(3);
    }

    @Test
    void no_endpoint_holds_a_lane_up_longer_than_is_bearable() {
        Traffic traffic = traffic(2);
        Lane lane = traffic.lane(provider, "m");
        settle(traffic.join(lane, BIG, 0, 0), refused(Duration.ofDays(9)), RateHeaders.NONE);
        Slot next = traffic.join(lane, BIG, 0, 0);

        alarm.advance(LONGEST);

        assertThat(next.isGranted()).isTrue();
    }

    @Test
    void a_429_shrinks_the_window_and_answers_widen_it_again() {
        Traffic traffic = traffic(1_000);
        Lane lane = traffic.lane(provider, "m");
        List<Slot> crowd = join(traffic, lane, BIG, 64);
        crowd.forEach(slot -> settle(slot, refused(Duration.ZERO), RateHeaders.NONE));
        List<Slot> after = join(traffic, lane, BIG, 64);
        assertThat(granted(after)).isEqualTo(32);

        for (int i = 0; i < after.size(); i++) {
            settle(after.get(i), answered(1, 1), RateHeaders.NONE);
        }

        assertThat(traffic.readings().getFirst().window()).isEqualTo(33);
    }

    @Test
    void who_leaves_the_queue_leaves_nothing_behind() {
        Traffic traffic = traffic(3);
        Lane lane = traffic.lane(provider.withLimits(List.of(new RateLimit("*", 60, 0))), "m");
        List<Slot> slots = join(traffic, lane, BIG, 1_000);
        Slot sent = slots.removeFirst();

        slots.forEach(Slot::withdraw);
        slots.forEach(Slot::withdraw);

        assertThat(traffic.readings().getFirst())
                .returns(1, LaneReading::inFlight)
                .returns(0, LaneReading::waiting);
        sent.withdraw();
        assertThat(traffic.readings().getFirst()).returns(0, LaneReading::inFlight);
        assertThat(traffic.join(lane, BIG, 0, 0).isGranted()).isTrue();
    }

    @Test
    void an_open_circuit_takes_no_place() throws Exception {
        Traffic traffic = traffic(1);
        Lane lane = traffic.lane(provider, "m");
        ModelException nobody = failure("unavailable");
        CircuitBreaker.Pass pass = lane.breaker().enter(Duration.ZERO);
        for (int i = 0; i < CircuitBreaker.FAILURES; i++) {
            ModelException _ = pass.failed(nobody);
        }

        assertThatThrownBy(() -> lane.take(ClientUnderTest.request(1), "{}", pass))
                .isInstanceOf(ModelException.class)
                .hasMessageContaining("\"p/m\" is down");
        assertThat(traffic.readings().getFirst()).returns(0, LaneReading::inFlight);
        lane.take(ClientUnderTest.request(1), "{}").close();
    }

    @Test
    void lanes_that_have_nothing_to_remember_make_room() {
        Traffic traffic = traffic(1);
        Slot kept = traffic.join(traffic.lane(provider, "kept"), BIG, 0, 0);

        for (int i = 0; i < 10_000; i++) {
            Lane _ = traffic.lane(provider, "m" + i);
        }

        assertThat(traffic.readings())
                .hasSizeLessThanOrEqualTo(1_024)
                .anyMatch(lane -> lane.model().equals("kept") && lane.inFlight() == 1);
        kept.close();
    }

    private Traffic traffic(int most) {
        return new Traffic(most, alarm, () -> NOW);
    }

    private static List<Slot> join(Traffic traffic, Lane lane, CallerId caller, int count) {
        List<Slot> slots = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            slots.add(traffic.join(lane, caller, 0, 0));
        }
        return slots;
    }

    private static long granted(List<Slot> slots) {
        return slots.stream().filter(Slot::isGranted).count();
    }

    private static void settle(Slot slot, Outcome outcome, RateHeaders headers) {
        slot.heard(headers);
        slot.ended(outcome, LONGEST);
        slot.close();
    }

    private static Outcome answered(long in, long out) {
        return new Outcome.Answered(
                new ChatReply("m", "x", "", null, "stop"), Usage.unpriced(in, out), "{}");
    }

    private static Outcome refused(Duration retryAfter) {
        return new Outcome.Failed(
                failure("rate_limit"),
                true,
                true,
                null,
                "{}",
                retryAfter.isZero() ? Optional.empty() : Optional.of(retryAfter));
    }

    private static ModelException failure(String errorClass) {
        return new ModelException(errorClass, SqlState.EXTERNAL_ROUTINE, false, "no", "");
    }

    private static RateHeaders limits(long requests) {
        return new RateHeaders(
                new RateHeaders.Budget(requests, requests - 1, Duration.ofMillis(100)),
                RateHeaders.Budget.NONE);
    }
}
