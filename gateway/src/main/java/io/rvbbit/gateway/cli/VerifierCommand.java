package io.rvbbit.gateway.cli;

import io.rvbbit.gateway.access.ScramVerifier;
import io.rvbbit.gateway.config.ConfigException;
import java.io.BufferedReader;
import java.io.Console;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.security.SecureRandom;
import java.util.Arrays;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

/** Turns a password into what the configuration keeps instead of it. */
@Command(
        name = "verifier",
        description = {
            "Print the SCRAM-SHA-256 verifier of a password, for users in the configuration.",
            "The password is asked for on a terminal; otherwise it is the first line of the input."
        },
        mixinStandardHelpOptions = true)
final class VerifierCommand implements Callable<Integer> {
    @Spec private CommandSpec spec = CommandSpec.create();

    @Override
    public Integer call() throws IOException {
        String password = password();
        if (password.isEmpty()) {
            throw new ConfigException("the password is empty");
        }
        spec.commandLine().getOut().println(ScramVerifier.of(password, new SecureRandom()).text());
        return 0;
    }

    private static String password() throws IOException {
        Optional<Console> terminal =
                Optional.ofNullable(System.console()).filter(Console::isTerminal);
        return terminal.isPresent() ? asked(terminal.get()) : firstLine();
    }

    private static String asked(Console console) {
        char[] first = read(console, "Password: ");
        char[] second = read(console, "Once more: ");
        if (!Arrays.equals(first, second)) {
            throw new ConfigException("the two passwords differ");
        }
        return new String(first);
    }

    private static char[] read(Console console, String prompt) {
        char @Nullable [] typed = console.readPassword("%s", prompt);
        if (typed == null) {
            throw new ConfigException("no password was given");
        }
        return typed;
    }

    private static String firstLine() throws IOException {
        BufferedReader in =
                new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
        String line = in.readLine();
        if (line == null) {
            throw new ConfigException("no password was given");
        }
        return line;
    }
}
