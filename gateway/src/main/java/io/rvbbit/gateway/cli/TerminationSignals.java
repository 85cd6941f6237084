package io.rvbbit.gateway.cli;

import java.lang.invoke.MethodHandle;
import java.lang.invoke.MethodHandleProxies;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.MethodType;
import java.lang.reflect.InvocationTargetException;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicBoolean;

/**
 * SIGINT and SIGTERM: the first asks for an end in good order, the second ends the process. SIGHUP
 * is one of them, or asks to read files again.
 *
 * <p>A shutdown hook can't tell a second signal from the first, and the exit code is out of its
 * hands. The JDK's own class for signals has no place in its API, so it is looked up by name; where
 * it is missing, a hook does what it can. Threading: any thread.
 */
final class TerminationSignals {
    private static final String HANGUP = "HUP";
    private static final List<String> NAMES = List.of("INT", "TERM");

    /** The exit code of a process that a signal ended; which of them makes no difference here. */
    private static final int ENDED_AT_ONCE = 130;

    private final AtomicBoolean received = new AtomicBoolean();
    private final Runnable onFirst;

    private TerminationSignals(Runnable onFirst) {
        this.onFirst = onFirst;
    }

    /** All three end the process, as below. */
    static void handle(Runnable onFirst) {
        handle(onFirst, Optional.empty());
    }

    /**
     * From now on the first signal runs the action, on a thread of its own.
     *
     * @param onFirst makes the process end; it may take its time
     * @param onHangup what each SIGHUP does; empty: it is one of those that end
     */
    static void handle(Runnable onFirst, Optional<Runnable> onHangup) {
        TerminationSignals signals = new TerminationSignals(onFirst);
        try {
            for (String name : NAMES) {
                register(name, signals::received);
            }
            register(HANGUP, onHangup.orElse(signals::received));
        } catch (ReflectiveOperationException _) {
            Runtime.getRuntime()
                    .addShutdownHook(
                            Thread.ofPlatform().name("shutdown").unstarted(signals::received));
        }
    }

    private static void register(String name, Runnable action) throws ReflectiveOperationException {
        Class<?> signal = Class.forName("sun.misc.Signal");
        Class<?> handler = Class.forName("sun.misc.SignalHandler");
        MethodHandle run =
                MethodHandles.lookup()
                        .findVirtual(Runnable.class, "run", MethodType.methodType(void.class))
                        .bindTo(action);
        Object ours =
                MethodHandleProxies.asInterfaceInstance(
                        handler, MethodHandles.dropArguments(run, 0, signal));
        try {
            signal.getMethod("handle", signal, handler)
                    .invoke(null, signal.getConstructor(String.class).newInstance(name), ours);
        } catch (InvocationTargetException e) {
            if (!(e.getCause() instanceof IllegalArgumentException)) {
                throw e;
            }
            // The system has no such signal, or whoever started us wants it ignored (nohup).
        }
    }

    private void received() {
        if (!received.compareAndSet(false, true)) {
            Runtime.getRuntime().halt(ENDED_AT_ONCE);
        }
        onFirst.run();
    }
}
