package io.rvbbit.rewriter;

import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.Collectors;

/** The keys of WITH (…), each with the statements that take it. */
enum OptionKey {
    RESULT_COLUMN(Place.MAP, Place.RUN),
    AS_TABLE(Place.RUN),
    INFER_SCHEMA(Place.MAP),
    DISTINCT(Place.MAP),
    DEDUPE_BY(Place.MAP),
    LIMIT(Place.MAP, Place.RUN, Place.REPLAY),
    PARALLEL(Place.MAP, Place.REPLAY),
    MODEL(Place.MAP, Place.RUN, Place.REPLAY),
    TEMPERATURE(Place.MAP, Place.RUN, Place.REPLAY),
    MAX_TOKENS(Place.MAP, Place.RUN, Place.REPLAY),
    CACHE(Place.MAP, Place.RUN),
    BUDGET_DOLLARS(Place.MAP, Place.RUN, Place.RESUME, Place.REPLAY),
    TIMEOUT(Place.MAP, Place.RUN),
    ON_ERROR(Place.MAP, Place.RUN),
    META(Place.MAP, Place.RUN),
    KEY(Place.MAP),
    MAX_FAILED_ROWS(Place.MAP);

    /** A statement that can have WITH (…). */
    enum Place {
        MAP(1),
        RUN(2),
        RESUME(4),
        REPLAY(8);

        private final int bit;

        Place(int bit) {
            this.bit = bit;
        }
    }

    /** A bit for each place: a set would not be immutable by its type. */
    private final int places;

    OptionKey(Place... places) {
        int bits = 0;
        for (Place place : places) {
            bits |= place.bit;
        }
        this.places = bits;
    }

    String word() {
        return name().toLowerCase(Locale.ROOT);
    }

    boolean isLegalOn(Place place) {
        return (places & place.bit) != 0;
    }

    static Optional<OptionKey> named(String word) {
        return Arrays.stream(values()).filter(key -> key.word().equals(word)).findFirst();
    }

    static List<String> wordsOf(Place place) {
        return Arrays.stream(values())
                .filter(key -> key.isLegalOn(place))
                .map(OptionKey::word)
                .toList();
    }

    static String listOf(Place place) {
        return wordsOf(place).stream().collect(Collectors.joining(", "));
    }
}
