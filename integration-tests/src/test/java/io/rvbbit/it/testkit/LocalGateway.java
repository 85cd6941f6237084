package io.rvbbit.it.testkit;

import java.util.Map;

/**
 * A gateway to play with: the stub answers with the first word of what it is asked.
 *
 * <p>Run {@code main}, then {@code psql -h localhost -p 15432 -U rvbbit default}; the arguments are
 * more environment, each as {@code NAME=value}. The data are gone when it ends.
 */
public final class LocalGateway {
    private LocalGateway() {}

    public static void main(String[] arguments) throws InterruptedException {
        Map<String, String> environment = new java.util.HashMap<>();
        environment.put("RVBBIT_PORT", "15432");
        environment.put("RVBBIT_HTTP_PORT", "15480");
        for (String argument : arguments) {
            int equals = argument.indexOf('=');
            if (equals < 1) {
                throw new IllegalArgumentException("expected NAME=value, not " + argument);
            }
            environment.put(argument.substring(0, equals), argument.substring(equals + 1));
        }
        TestGateway gateway = TestGateway.withStub(environment);
        Runtime.getRuntime().addShutdownHook(new Thread(gateway::close, "local-gateway-close"));
        System.out.println(gateway.readyLine());
        System.out.println("cascades: " + TestGateway.cascades());
        Thread.currentThread().join();
    }
}
