package io.rvbbit.gateway.access;

import java.nio.file.Path;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The certificate of the files as they were last read.
 *
 * <p>Connections keep the one that they began with. Threading: any thread.
 */
public final class ReloadableTls {
    private static final Logger LOG = LoggerFactory.getLogger(ReloadableTls.class);

    private final Path certificates;
    private final Path key;
    private volatile TlsCertificate current;

    private ReloadableTls(Path certificates, Path key, TlsCertificate current) {
        this.certificates = certificates;
        this.key = key;
        this.current = current;
    }

    public static ReloadableTls open(Path certificates, Path key) throws TlsCertificate.Unusable {
        return new ReloadableTls(certificates, key, TlsCertificate.read(certificates, key));
    }

    public TlsCertificate current() {
        return current;
    }

    /** Reads the files again; where they can't be used, new connections get the old certificate. */
    public void reload() {
        try {
            current = TlsCertificate.read(certificates, key);
            LOG.info("read the TLS certificate {} again", certificates);
        } catch (TlsCertificate.Unusable e) {
            LOG.error("keep the old TLS certificate: {}", e.getMessage());
        }
    }
}
