package io.rvbbit.gateway.cli;

import io.rvbbit.gateway.Gateway;
import java.io.PrintWriter;
import java.time.Clock;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

/** Runs the server until it is told to stop. */
@Command(
        name = "server",
        description = {
            "Start the gateway.",
            "SIGTERM or Ctrl-C lets running statements end within shutdown-timeout, cancels those"
                    + " that go on, and ends with 0; the second one ends at once.",
            "SIGHUP reads the TLS certificate and its key again; without TLS it ends the server."
        },
        mixinStandardHelpOptions = true)
final class ServerCommand implements Callable<Integer> {
    @Mixin private ConfigOptions options = new ConfigOptions();

    @Spec private CommandSpec spec = CommandSpec.create();

    @Override
    public Integer call() throws InterruptedException {
        CountDownLatch stop = new CountDownLatch(1);
        try (Gateway gateway = Gateway.start(options.read(), Clock.systemUTC())) {
            TerminationSignals.handle(
                    stop::countDown,
                    gateway.speaksTls() ? Optional.of(gateway::reload) : Optional.empty());
            PrintWriter out = spec.commandLine().getOut();
            if (gateway.isOffline()) {
                out.println(
                        "no model endpoint is configured: the offline model answers from the"
                                + " cascades' examples only; set OPENAI_BASE_URL, OPENAI_API_KEY and"
                                + " RVBBIT_MODEL");
            }
            out.println(gateway.readyLine());
            out.flush();
            stop.await();
        }
        return 0;
    }
}
