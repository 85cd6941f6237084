package io.rvbbit.udf;

/**
 * Where answers stand in a file, by their key: 24 bytes for each, whatever the answers weigh.
 *
 * <p>A table of open addressing, at most three quarters full. Threading: one thread at a time.
 */
final class AnswerIndex {
    static final long NONE = -1;

    private static final int FIELDS = 3;
    private static final int FIRST_SLOTS = 64;

    private long[] slots = empty(FIRST_SLOTS);
    private int size;

    private static long[] empty(int count) {
        long[] slots = new long[count * FIELDS];
        for (int slot = 0; slot < count; slot++) {
            slots[slot * FIELDS + 2] = NONE;
        }
        return slots;
    }

    int size() {
        return size;
    }

    /** The key's place, or {@link #NONE}. */
    long get(CallKey key) {
        return slots[slot(slots, key.high(), key.low()) + 2];
    }

    /** {@code place} is not negative; a key that is there gets the new one. */
    void put(CallKey key, long place) {
        int at = slot(slots, key.high(), key.low());
        if (slots[at + 2] == NONE) {
            size++;
            if (size > slots.length / FIELDS / 4 * 3) {
                grow();
                at = slot(slots, key.high(), key.low());
            }
        }
        slots[at] = key.high();
        slots[at + 1] = key.low();
        slots[at + 2] = place;
    }

    /** Hears of a key and its place. */
    interface Visitor {
        void entry(CallKey key, long place);
    }

    void forEach(Visitor visitor) {
        for (int at = 0; at < slots.length; at += FIELDS) {
            if (slots[at + 2] != NONE) {
                visitor.entry(new CallKey(slots[at], slots[at + 1]), slots[at + 2]);
            }
        }
    }

    private void grow() {
        long[] old = slots;
        int count = Math.multiplyExact(old.length / FIELDS, 2);
        long[] larger = empty(count);
        for (int at = 0; at < old.length; at += FIELDS) {
            if (old[at + 2] != NONE) {
                int to = slot(larger, old[at], old[at + 1]);
                System.arraycopy(old, at, larger, to, FIELDS);
            }
        }
        slots = larger;
    }

    /** The slot of the key, or the empty one where it belongs. Keys are hashes already. */
    private static int slot(long[] table, long high, long low) {
        int count = table.length / FIELDS;
        int slot = (int) Long.remainderUnsigned(high ^ low, count);
        while (true) {
            int at = slot * FIELDS;
            boolean free = table[at + 2] == NONE;
            if (free || (table[at] == high && table[at + 1] == low)) {
                return at;
            }
            slot = slot + 1 == count ? 0 : slot + 1;
        }
    }
}
