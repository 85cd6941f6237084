package io.rvbbit.gateway;

import io.rvbbit.gateway.cli.RvbbitCommand;

/** Where the process begins; everything else is in {@link RvbbitCommand}. */
public final class Main {
    private Main() {}

    public static void main(String[] arguments) {
        System.exit(RvbbitCommand.execute(arguments));
    }
}
