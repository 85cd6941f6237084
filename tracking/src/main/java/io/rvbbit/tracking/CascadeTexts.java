package io.rvbbit.tracking;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HashMap;
import java.util.HashSet;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Cascades' definitions, of which a store keeps each once, under its hash.
 *
 * <p>Threading: the books' writer thread only.
 */
final class CascadeTexts {
    /** Definitions whose hash is remembered; a cascade under edit adds one with each version. */
    private static final int REMEMBERED = 1_000;

    private final Map<String, String> hashes = new HashMap<>();
    private final Set<String> stored = new HashSet<>();

    /** Definitions by their hash, as far as they are not known to be stored. */
    Map<String, String> missing(List<Row<SessionColumn>> sessions) {
        Map<String, String> missing = new LinkedHashMap<>();
        for (Row<SessionColumn> session : sessions) {
            String definition = session.text(SessionColumn.CASCADE_DEFINITION);
            String hash = hash(definition);
            if (!stored.contains(hash)) {
                missing.put(hash, definition);
            }
        }
        return missing;
    }

    /** The definitions of these sessions are stored for good. */
    void stored(List<Row<SessionColumn>> sessions) {
        if (stored.size() > REMEMBERED) {
            stored.clear();
        }
        sessions.forEach(
                session -> stored.add(hash(session.text(SessionColumn.CASCADE_DEFINITION))));
    }

    String hash(String definition) {
        if (hashes.size() > REMEMBERED) {
            hashes.clear();
        }
        return hashes.computeIfAbsent(definition, CascadeTexts::sha256);
    }

    private static String sha256(String text) {
        try {
            MessageDigest digest = MessageDigest.getInstance("SHA-256");
            return HexFormat.of().formatHex(digest.digest(text.getBytes(StandardCharsets.UTF_8)));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every JDK has SHA-256", e);
        }
    }
}
