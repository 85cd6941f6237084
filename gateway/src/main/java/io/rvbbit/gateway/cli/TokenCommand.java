package io.rvbbit.gateway.cli;

import io.rvbbit.gateway.access.AccessTokens;
import io.rvbbit.gateway.access.Roles;
import io.rvbbit.gateway.config.ConfigException;
import io.rvbbit.gateway.config.GatewayConfig;
import java.security.SecureRandom;
import java.time.Clock;
import java.time.Duration;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** Makes a token for programs that use the HTTP port. */
@Command(
        name = "token",
        description = {
            "Print a token with which a program uses the HTTP port as that user.",
            "It needs the server's configuration and data directory. A new password of the user"
                    + " ends all of the user's tokens."
        },
        mixinStandardHelpOptions = true)
final class TokenCommand implements Callable<Integer> {
    @Option(names = "--user", required = true, paramLabel = "NAME", description = "whose token")
    private String user = "";

    @Option(
            names = "--days",
            paramLabel = "N",
            defaultValue = "30",
            description = "how long it is valid (default: 30)")
    private int days = 30;

    @Mixin private ConfigOptions options = new ConfigOptions();

    @Spec private CommandSpec spec = CommandSpec.create();

    @Override
    public Integer call() {
        if (days < 1 || days > 3_650) {
            throw new ConfigException("--days is from 1 to 3650");
        }
        GatewayConfig config = options.read();
        Roles roles =
                Roles.open(
                        config.security().users(),
                        config.data().resolve(Roles.FILE),
                        new SecureRandom());
        AccessTokens.Issued issued =
                new AccessTokens(roles, Clock.systemUTC())
                        .issue(user, Duration.ofDays(days))
                        .orElseThrow(() ->
                                new ConfigException(
                                        "there is no user \"" + user + "\" with a password"));
        spec.commandLine().getOut().println(issued.token());
        return 0;
    }
}
