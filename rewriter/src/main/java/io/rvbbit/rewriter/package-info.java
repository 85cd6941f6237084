/**
 * Text in, SQL out: what a client wrote becomes DuckDB SQL that calls the gateway's functions.
 *
 * <p>Here live the lexer, the grammar of the RVBBIT statements, their rewriting, and the checks of
 * client SQL that need no catalog. Nothing here opens a connection, reads a file, or knows a model.
 * Start reading at {@link io.rvbbit.rewriter.StatementParser}, then {@link
 * io.rvbbit.rewriter.Rewriter}.
 */
@NullMarked
package io.rvbbit.rewriter;

import org.jspecify.annotations.NullMarked;
