package io.rvbbit.tracking;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Of which trace a statement is: said once, in its caller's metadata, so that whoever books its
 * events makes spans of them.
 *
 * <p>Threading: immutable.
 *
 * @param traceId 32 hexadecimal digits, as W3C has them
 * @param parentSpanId 16 of them: the span of another service that asked for the statement; empty
 *     where none did
 * @param stored whether the spans are kept in the books
 * @param exported whether they are sent to a collector of traces
 * @see <a href="https://www.w3.org/TR/trace-context/#traceparent-header">traceparent</a>
 */
public record TraceContext(String traceId, String parentSpanId, boolean stored, boolean exported) {
    private static final HexFormat HEX = HexFormat.of();

    private static final int TRACE_ID = 32;
    private static final int SPAN_ID = 16;

    private static final Pattern TRACEPARENT =
            Pattern.compile("([0-9a-f]{2})-([0-9a-f]{32})-([0-9a-f]{16})-([0-9a-f]{2})(-.*)?");

    /** What the metadata of a traced caller begin with; {@link #toJson} writes it. */
    private static final String BEGINNING = "{\"trace\":{";

    private static final Pattern METADATA =
            Pattern.compile(
                    "\\{\"trace\":\\{\"trace_id\":\"([0-9a-f]{32})\",\"parent_span_id\":\"([0-9a-f]{16}|)\","
                            + "\"stored\":(true|false)(?:,\"exported\":(true|false))?}");

    public TraceContext {
        if (traceId.length() != TRACE_ID || parentSpanId.length() % SPAN_ID != 0) {
            throw new IllegalArgumentException("no trace: " + traceId + " " + parentSpanId);
        }
    }

    /** A trace of the statement alone. */
    public static TraceContext of(CallerId caller, boolean stored, boolean exported) {
        return new TraceContext(digest(digest(), caller.value()), "", stored, exported);
    }

    /**
     * The trace that a W3C {@code traceparent} names; empty if the text is none.
     *
     * <p>What its sender does not record is not exported either, or the collector would have parts
     * of traces; the books keep what they are asked to keep.
     */
    public static Optional<TraceContext> ofTraceparent(
            String traceparent, boolean stored, boolean exported) {
        Matcher matcher = TRACEPARENT.matcher(traceparent);
        if (!matcher.matches()
                || matcher.group(1).equals("ff")
                || (matcher.group(1).equals("00") && matcher.group(5) != null)
                || isZero(matcher.group(2))
                || isZero(matcher.group(3))) {
            return Optional.empty();
        }
        return Optional.of(
                new TraceContext(
                        matcher.group(2),
                        matcher.group(3),
                        stored,
                        exported && isSampled(matcher.group(4))));
    }

    /** Whether a text is a W3C {@code traceparent}. */
    public static boolean isTraceparent(String text) {
        return ofTraceparent(text, false, false).isPresent();
    }

    private static boolean isSampled(String flags) {
        return (HexFormat.fromHexDigits(flags) & 1) == 1;
    }

    private static boolean isZero(String digits) {
        return digits.chars().allMatch(digit -> digit == '0');
    }

    /** What the metadata of a caller say; null where its statement is not traced. */
    static @Nullable TraceContext in(String metadataJson) {
        if (!metadataJson.startsWith(BEGINNING)) {
            return null;
        }
        Matcher matcher = METADATA.matcher(metadataJson);
        return matcher.lookingAt()
                ? new TraceContext(
                        matcher.group(1),
                        matcher.group(2),
                        matcher.group(3).equals("true"),
                        "true".equals(matcher.group(4)))
                : null;
    }

    /** The object under the key {@code trace}, which has to be the first of the metadata. */
    String toJson() {
        return "{\"trace_id\":\"%s\",\"parent_span_id\":\"%s\",\"stored\":%s,\"exported\":%s}"
                .formatted(traceId, parentSpanId, stored, exported);
    }

    /** The id of the span that this names: the same in every process, and in SQL. */
    static String spanId(String name) {
        return spanId(digest(), name);
    }

    /** {@code digest}: of {@link #digest()}, used by one thread at a time. */
    static String spanId(MessageDigest digest, String name) {
        return digest(digest, name).substring(0, SPAN_ID);
    }

    /** MD5 only spreads names over ids here; nothing is secret or signed. */
    static MessageDigest digest() {
        try {
            return MessageDigest.getInstance("MD5");
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java has MD5", e);
        }
    }

    private static String digest(MessageDigest digest, String name) {
        return HEX.formatHex(digest.digest(name.getBytes(StandardCharsets.UTF_8)));
    }
}
