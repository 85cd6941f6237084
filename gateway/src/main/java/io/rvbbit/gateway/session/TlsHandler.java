package io.rvbbit.gateway.session;

import io.netty.channel.ChannelHandlerContext;
import io.netty.handler.ssl.SslHandler;
import io.rvbbit.gateway.access.TlsCertificate;
import java.time.Duration;
import java.util.Optional;

/**
 * One connection's TLS, with the certificate that was current when it began.
 *
 * <p>Threading: event loop only.
 */
final class TlsHandler extends SslHandler {
    private final TlsCertificate certificate;
    private final boolean direct;

    /**
     * @param direct began without a request: then the client has to name the protocol, so that no
     *     browser or mail client can be made to talk to this port
     */
    TlsHandler(TlsCertificate certificate, boolean direct, Duration patience) {
        super(certificate.engine());
        this.certificate = certificate;
        this.direct = direct;
        setHandshakeTimeoutMillis(patience.toMillis());
    }

    /** The TLS of a connection, if it has any. */
    static Optional<TlsHandler> of(ChannelHandlerContext context) {
        return Optional.ofNullable(context.pipeline().get(TlsHandler.class));
    }

    Optional<byte[]> endPoint() {
        return certificate.endPoint();
    }

    /** After the handshake: whether the client may go on. */
    boolean isProtocolAgreed() {
        return !direct || TlsCertificate.PROTOCOL.equals(engine().getApplicationProtocol());
    }
}
