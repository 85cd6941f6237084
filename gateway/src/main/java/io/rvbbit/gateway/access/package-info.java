/**
 * Who may connect, and how they prove it: roles, password verifiers, SCRAM, the server's TLS
 * certificate.
 *
 * <p>Start reading at {@link io.rvbbit.gateway.access.Access}. Nothing here knows a socket or a
 * message; {@code session} carries the exchanges. No password is kept anywhere: what is stored can
 * check a password and can't be turned back into it.
 */
@NullMarked
package io.rvbbit.gateway.access;

import org.jspecify.annotations.NullMarked;
