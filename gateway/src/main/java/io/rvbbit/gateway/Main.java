package io.rvbbit.gateway;

import io.rvbbit.gateway.cli.RvbbitCommand;

/** Where the process begins; everything else is in {@link RvbbitCommand}. */
public final class Main {
    /** Of the virtual threads; the JDK's default is one for each core. */
    private static final String CARRIERS = "jdk.virtualThreadScheduler.parallelism";

    private static final int CARRIERS_PER_CORE = 8;

    private Main() {}

    public static void main(String[] arguments) {
        if (System.getProperty(CARRIERS) == null) {
            // A call that only has to be sent on shall not wait behind one that computes: with few
            // carriers it does, however little there is to do, for as long as the kernel gives
            // their cores to DuckDB, the compiler or the books.
            int cores = Runtime.getRuntime().availableProcessors();
            System.setProperty(CARRIERS, Integer.toString(CARRIERS_PER_CORE * cores));
        }
        System.exit(RvbbitCommand.execute(arguments));
    }
}
