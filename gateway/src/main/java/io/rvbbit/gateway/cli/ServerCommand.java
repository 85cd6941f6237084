package io.rvbbit.gateway.cli;

import io.rvbbit.gateway.Gateway;
import io.rvbbit.gateway.config.GatewayConfig;
import java.io.PrintWriter;
import java.time.Clock;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

/** Runs the server until it is told to stop. */
@Command(
        name = "server",
        description = "Start the gateway; SIGTERM lets running statements end, then stops it.",
        mixinStandardHelpOptions = true)
final class ServerCommand implements Callable<Integer> {
    @Mixin private ConfigOptions options = new ConfigOptions();

    @Spec private CommandSpec spec = CommandSpec.create();

    @Override
    public Integer call() throws InterruptedException {
        GatewayConfig config = options.read();
        Gateway gateway = Gateway.start(config, Clock.systemUTC());
        // A signal ends the JVM with 128 + its number; a server that was stopped in good order ends
        // with 0, so the hook itself ends the process.
        Runtime.getRuntime()
                .addShutdownHook(
                        Thread.ofPlatform()
                                .name("shutdown")
                                .unstarted(() -> {
                                    gateway.close();
                                    Runtime.getRuntime().halt(0);
                                }));
        PrintWriter out = spec.commandLine().getOut();
        if (gateway.isOffline()) {
            out.println(
                    "no model endpoint is configured: the offline model answers from the cascades'"
                            + " examples only; set OPENAI_BASE_URL, OPENAI_API_KEY and RVBBIT_MODEL");
        }
        out.println(gateway.readyLine());
        out.flush();
        new CountDownLatch(1).await();
        return 0;
    }
}
