package io.rvbbit.gateway.cli;

import io.rvbbit.gateway.Gateway;
import java.util.Optional;
import picocli.CommandLine.IVersionProvider;

/** The version that the build wrote into the jar. */
final class Version implements IVersionProvider {
    @Override
    public String[] getVersion() {
        String version =
                Optional.ofNullable(Gateway.class.getPackage().getImplementationVersion())
                        .orElse("(not packaged)");
        return new String[] {"rvbbit " + version};
    }
}
