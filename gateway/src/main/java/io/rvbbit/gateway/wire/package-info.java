/**
 * The PostgreSQL protocol, version 3: bytes to messages, messages to bytes, values to bytes and
 * back.
 *
 * <p>It knows Netty and PostgreSQL's formats, and nothing of sessions, engines or RVBBIT. Start
 * with {@link io.rvbbit.gateway.wire.FrontendMessage} and {@link
 * io.rvbbit.gateway.wire.BackendMessage}; the pipeline of a connection is {@link
 * io.rvbbit.gateway.wire.StartupDecoder} (which becomes {@link
 * io.rvbbit.gateway.wire.FrontendDecoder}), {@link io.rvbbit.gateway.wire.BackendEncoder}, then the
 * session's handler.
 *
 * <pre>
 *        client                                     server
 * start  SSLRequest, GSSENCRequest (each optional)  N (or S and a TLS handshake)
 *        StartupMessage                             [NegotiateProtocolVersion]
 *        PasswordMessage (as often as asked)        Authentication…, AuthenticationOk
 *                                                   ParameterStatus*, BackendKeyData, ReadyForQuery
 *
 * simple Query "a; b"                               (RowDescription Rows* CommandComplete)*
 *                                                   | EmptyQueryResponse
 *                                                   ReadyForQuery
 *
 * ext.   Parse                                      ParseComplete
 *        Describe statement                         ParameterDescription, RowDescription | NoData
 *        Bind                                       BindComplete
 *        Describe portal                            RowDescription | NoData
 *        Execute n                                  Rows*, CommandComplete | PortalSuspended
 *        Close                                      CloseComplete
 *        Flush                                      (what is pending leaves)
 *        Sync                                       ReadyForQuery
 *
 * error  any                                        ErrorResponse; ext.: all is skipped until Sync
 * cancel CancelRequest, on its own connection       (closes)
 * </pre>
 *
 * @see <a href="https://www.postgresql.org/docs/15/protocol-flow.html">Message flow</a>
 */
@NullMarked
package io.rvbbit.gateway.wire;

import org.jspecify.annotations.NullMarked;
