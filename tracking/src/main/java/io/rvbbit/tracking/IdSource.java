package io.rvbbit.tracking;

/**
 * Makes caller and session ids: {@code <prefix>-<adjective>-<creature>-<suffix>}.
 *
 * <p>The suffix is ordered by time and checked against every id this process has made; see SPEC
 * section 4. Threading: any thread.
 */
public interface IdSource {
    /** {@code prefix}: sql, http, cli or ui. */
    CallerId newCaller(String prefix);

    /** {@code prefix}: udf for a row or a function call, batch for RUN. */
    String newSession(String prefix);
}
