package io.rvbbit.udf.llm;

import io.rvbbit.tracking.CallerId;
import java.time.Instant;
import java.time.InstantSource;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.concurrent.locks.ReentrantLock;

/**
 * Decides which attempt leaves next, over all models and statements of the server.
 *
 * <p>Each model of each provider has a {@link Lane} with its own limits. An attempt waits in its
 * lane's queue until its lane and the server have room: lanes take turns, and within a lane the
 * statements do. Whoever gives a place back wakes exactly those who may go now; where only time is
 * missing, one alarm for all lanes does. So a place is never free while somebody could use it, and
 * nobody is woken in vain.
 *
 * <p>A slow model must not hold every place: the last sixty-fourth (one, if there are at least
 * eight) is kept for lanes that hold less than an even share, one more lane counted in. Threading:
 * any thread; one lock, never held while waiting.
 */
public final class Traffic implements AutoCloseable {
    private static final int KEPT_PART = 64;
    private static final int LEAST_TO_KEEP_ONE = 8;

    /** Statements name models as they like; lanes that have nothing to remember make room. */
    private static final int MANY_LANES = 1_024;

    private record Address(String provider, String model) {}

    private final int most;
    private final int kept;
    private final Alarm alarm;
    private final InstantSource clock;
    private final ReentrantLock lock = new ReentrantLock();
    private final Map<Address, Lane> lanes = new LinkedHashMap<>();
    private final Map<String, Lane.Road> roads = new HashMap<>();
    private final LinkedHashSet<Lane> waiting = new LinkedHashSet<>();
    private int inFlight;
    private int busyLanes;
    private long alarmAt = Long.MAX_VALUE;

    /**
     * With the system's time.
     *
     * @param most attempts in flight at a time, at least 1
     */
    public Traffic(int most) {
        this(most, Alarm.system("model-traffic"), InstantSource.system());
    }

    Traffic(int most, Alarm alarm, InstantSource clock) {
        if (most < 1) {
            throw new IllegalArgumentException("at least one call is in flight");
        }
        this.most = most;
        this.kept = most < LEAST_TO_KEEP_ONE ? 0 : Math.max(1, most / KEPT_PART);
        this.alarm = alarm;
        this.clock = clock;
    }

    /** The lane of a model; whoever asks again gets the same while it has anything to remember. */
    Lane lane(ProviderConfig provider, String model) {
        Address address = new Address(provider.name(), model);
        lock.lock();
        try {
            Lane known = lanes.get(address);
            if (known != null) {
                return known;
            }
            if (lanes.size() >= MANY_LANES) {
                long now = alarm.nanos();
                lanes.values().removeIf(lane -> lane.isIdle(now));
            }
            Lane.Road road =
                    roads.computeIfAbsent(
                            provider.name(), _ -> new Lane.Road(provider.maxConnections()));
            Lane lane = new Lane(this, provider, model, road, clock);
            lanes.put(address, lane);
            return lane;
        } finally {
            lock.unlock();
        }
    }

    /** How every lane stands. */
    public List<LaneReading> readings() {
        lock.lock();
        try {
            long now = alarm.nanos();
            Instant instant = clock.instant();
            return lanes.values().stream().map(lane -> lane.reading(now, instant)).toList();
        } finally {
            lock.unlock();
        }
    }

    /**
     * Waits for the turn of one attempt.
     *
     * @param bytes of its body; 0 where tokens do not count
     * @param tokens that it will probably count for
     * @throws InterruptedException with nothing taken
     */
    Slot take(Lane lane, CallerId caller, int bytes, long tokens) throws InterruptedException {
        Slot slot = join(lane, caller, bytes, tokens);
        slot.await();
        return slot;
    }

    /** Joins the queue of a lane, whose end may be its beginning. */
    Slot join(Lane lane, CallerId caller, int bytes, long tokens) {
        Slot slot = new Slot(this, lane, caller, bytes, tokens);
        lock.lock();
        try {
            lane.queue().add(slot);
            waiting.add(lane);
            dispatch();
        } finally {
            lock.unlock();
        }
        return slot;
    }

    /** The attempt is over. */
    void release(Slot slot) {
        lock.lock();
        try {
            slot.lane().settle(slot, alarm.nanos());
            left(slot.lane());
        } finally {
            lock.unlock();
        }
    }

    /** The attempt will not be sent, whether it waits or was let go. */
    void withdraw(Slot slot) {
        Lane lane = slot.lane();
        lock.lock();
        try {
            if (slot.isGranted()) {
                lane.recall(slot, alarm.nanos());
                left(lane);
                return;
            }
            lane.queue().remove(slot);
            if (lane.queue().size() == 0) {
                waiting.remove(lane);
            }
        } finally {
            lock.unlock();
        }
    }

    private void left(Lane lane) {
        inFlight--;
        if (lane.inFlight() == 0) {
            busyLanes--;
        }
        dispatch();
    }

    /** Lets go whoever may go, lane by lane in turns; the lock is held. */
    private void dispatch() {
        long wake = Long.MAX_VALUE;
        long now = waiting.isEmpty() ? 0 : alarm.nanos();
        for (int stuck = 0; inFlight < most && stuck < waiting.size(); ) {
            Lane lane = waiting.removeFirst();
            if (now < lane.earliest()) {
                wake = Math.min(wake, lane.earliest());
                stuck++;
            } else if (lane.hasRoom() && mayTake(lane)) {
                inFlight++;
                busyLanes += lane.inFlight() == 0 ? 1 : 0;
                lane.depart(now);
                stuck = 0;
            } else {
                stuck++;
            }
            if (lane.queue().size() > 0) {
                waiting.addLast(lane);
            }
        }
        if (wake < alarmAt) {
            long at = wake;
            alarmAt = at;
            alarm.at(at, () -> ring(at));
        }
    }

    private boolean mayTake(Lane lane) {
        return most - inFlight > kept || lane.inFlight() < most / (busyLanes + 1);
    }

    private void ring(long at) {
        lock.lock();
        try {
            if (at == alarmAt) {
                alarmAt = Long.MAX_VALUE;
                dispatch();
            }
        } finally {
            lock.unlock();
        }
    }

    /** Lets nobody go any more whom only time could let go. */
    @Override
    public void close() {
        alarm.close();
    }
}
