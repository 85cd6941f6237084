package io.rvbbit.udf.cache;

import java.io.IOException;

/**
 * Where the answers of one file stand, by a hash of their keys: 11 to 22 bytes of heap for each.
 *
 * <p>A table of open addressing, at most three quarters full. A slot holds 28 bits of the hash and
 * the place; whether a place is that of the key in question only the file itself can tell.
 * Threading: one thread at a time.
 */
final class AnswerPlaces {
    static final long NONE = 0;

    /** Places lie between 1 and this. */
    static final long MAX_PLACE = (1L << 36) - 1;

    private static final int HASH_BITS = 28;
    private static final int PLACE_BITS = 36;
    private static final int FIRST_SLOTS = 1 << 10;

    private long[] slots = new long[FIRST_SLOTS];
    private int size;

    /** Tells whether what stands at a place has the key that is looked for. */
    interface Match {
        boolean at(long place) throws IOException;
    }

    /** The key's place, or {@link #NONE}. */
    long find(long hash, Match match) throws IOException {
        return place(slots[slot(hash, match)]);
    }

    /** Where the key has a place it gets the new one. */
    void put(long hash, long place, Match match) throws IOException {
        int slot = slot(hash, match);
        boolean another = slots[slot] == NONE;
        slots[slot] = (bits(hash) << PLACE_BITS) | place;
        if (another && ++size > slots.length / 4 * 3) {
            grow();
        }
    }

    private void grow() {
        long[] old = slots;
        slots = new long[Math.multiplyExact(old.length, 2)];
        for (long entry : old) {
            if (entry != NONE) {
                int slot = first(entry >>> PLACE_BITS);
                while (slots[slot] != NONE) {
                    slot = next(slot);
                }
                slots[slot] = entry;
            }
        }
    }

    /** The slot of the key, or the empty one where it belongs. */
    private int slot(long hash, Match match) throws IOException {
        long bits = bits(hash);
        int slot = first(bits);
        while (slots[slot] != NONE) {
            if (slots[slot] >>> PLACE_BITS == bits && match.at(place(slots[slot]))) {
                return slot;
            }
            slot = next(slot);
        }
        return slot;
    }

    private static long bits(long hash) {
        return hash >>> (Long.SIZE - HASH_BITS);
    }

    private static long place(long entry) {
        return entry & MAX_PLACE;
    }

    private int first(long bits) {
        return (int) ((bits * slots.length) >>> HASH_BITS);
    }

    private int next(int slot) {
        return slot + 1 == slots.length ? 0 : slot + 1;
    }
}
