package io.rvbbit.gateway.execution;

import io.rvbbit.rewriter.Options.CachePolicy;
import io.rvbbit.udf.FallbackCall;
import io.rvbbit.udf.FallbackCall.Argument;
import io.rvbbit.udf.FallbackCall.Given;
import java.time.Clock;
import java.time.Instant;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/**
 * Which functions that do not exist a model may answer, and what is known of them by now.
 *
 * <p>Threading: any thread.
 */
public final class Fallbacks {
    private static final int MOST_KNOWN = 10_000;

    /** What PostgreSQL's clients ask of a server, be it there or not. */
    private static final Pattern PROBES =
            Pattern.compile(
                    "_.*|pg_.*|rvbbit.*|has_.*_privilege|current_.*|session_.*|txid_.*|inet_.*|.*_is_visible"
                            + "|version|set_config|(obj|col|shobj)_description|format_type|to_reg.*"
                            + "|row_security_active|quote_(ident|literal|nullable)|lo_.*|ts_.*"
                            + "|(|plain|phrase|websearch_)to_ts(query|vector)|xml.*|.*_to_xml.*"
                            + "|currval|nextval|lastval|setval",
                    Pattern.DOTALL);

    /** Schemas that hold what there is: what they lack is no model's affair. */
    private static final Set<String> OWN_SCHEMAS =
            Set.of("information_schema", "system", "rvbbit", "examples");

    private final Names names;
    private final boolean on;
    private final Map<String, Boolean> users;
    private final Clock clock;
    private final Map<String, Known> known = new LinkedHashMap<>();

    private record Known(Given given, Instant since) {}

    /**
     * Names as they are called, {@code schema.name} or {@code name}; a star stands for anything.
     *
     * @param allowed only these; empty for all
     */
    public record Names(List<String> allowed, List<String> denied) {
        public static final Names ALL = new Names(List.of(), List.of());

        public Names {
            allowed = List.copyOf(allowed);
            denied = List.copyOf(denied);
        }
    }

    /**
     * @param on for sessions of which nothing else is said
     * @param users what is said of single users
     */
    public Fallbacks(Names names, boolean on, Map<String, Boolean> users, Clock clock) {
        this.names = names;
        this.on = on;
        this.users = Map.copyOf(users);
        this.clock = clock;
    }

    /** Gives a session the default that its user has. */
    public void begin(Settings settings, String user) {
        if (users.getOrDefault(user, on)) {
            settings.setDefault(FallbackSettings.SWITCH, "on");
        }
    }

    /** Why a model must not answer the function; empty if it may. */
    Optional<String> refusal(String service, String method) {
        String schema = service.toLowerCase(Locale.ROOT);
        String name = method.toLowerCase(Locale.ROOT);
        if (PROBES.matcher(name).matches()
                || schema.startsWith("pg_")
                || OWN_SCHEMAS.contains(schema)) {
            return Optional.of("");
        }
        String called = schema.equals(FallbackCall.NO_SERVICE) ? name : schema + "." + name;
        if (names.denied().stream().anyMatch(pattern -> matches(pattern, called))) {
            return Optional.of("ai-fallback-deny keeps models from answering it");
        }
        boolean listed =
                names.allowed().isEmpty()
                        || names.allowed().stream().anyMatch(pattern -> matches(pattern, called));
        return listed
                ? Optional.empty()
                : Optional.of("it is not among the functions of ai-fallback-allow");
    }

    private static boolean matches(String pattern, String called) {
        String[] parts = pattern.toLowerCase(Locale.ROOT).split("\\*", -1);
        String regex = Arrays.stream(parts).map(Pattern::quote).collect(Collectors.joining(".*"));
        return Pattern.compile(regex, Pattern.DOTALL).matcher(called).matches();
    }

    /** What a function gives, if that was decided recently enough. */
    synchronized Optional<Given> given(FallbackCall call) {
        Optional<Known> found = Optional.ofNullable(known.get(key(call)));
        return found.filter(entry ->
                        switch (CachePolicy.named(call.cache()).orElse(new CachePolicy.Off())) {
                            case CachePolicy.On _, CachePolicy.Only _ -> true;
                            case CachePolicy.Off _ -> false;
                            case CachePolicy.MaxAge(var age) ->
                                    entry.since().plus(age).isAfter(clock.instant());
                        })
                .map(Known::given);
    }

    /** Keeps what was decided; the oldest goes when there is too much. */
    synchronized void decided(FallbackCall call) {
        Given given = call.given();
        if (given == null) {
            return;
        }
        if (known.size() >= MOST_KNOWN) {
            known.remove(known.keySet().iterator().next());
        }
        known.put(key(call), new Known(given, clock.instant()));
    }

    /** Argument names do not count: they are other columns' in the next statement. */
    private static String key(FallbackCall call) {
        return call.arguments().stream()
                .map(Argument::type)
                .collect(Collectors.joining("\n", call.model() + "\n" + call.name() + "\n", ""));
    }
}
