/**
 * What the operator says: one YAML file, the environment and the command line, as one record.
 *
 * <p>Start reading at {@link io.rvbbit.gateway.config.GatewayConfig}. Nothing here opens a file
 * other than the configuration, a socket or a database.
 */
@NullMarked
package io.rvbbit.gateway.config;

import org.jspecify.annotations.NullMarked;
