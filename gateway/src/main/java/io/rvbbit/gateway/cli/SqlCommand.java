package io.rvbbit.gateway.cli;

import java.util.concurrent.Callable;
import picocli.CommandLine.Command;

@Command(name = "sql")
final class SqlCommand implements Callable<Integer> {
    @Override
    public Integer call() {
        return 0;
    }
}
