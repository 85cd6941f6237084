package io.rvbbit.udf.cascade;

import com.fasterxml.jackson.databind.JsonNode;
import io.rvbbit.rewriter.SqlException;
import io.rvbbit.rewriter.SqlState;
import io.rvbbit.udf.cascade.Validator.SqlValidator;
import java.time.Duration;
import java.util.Objects;
import java.util.Set;

/**
 * Has the engine evaluate a validator's expression.
 *
 * <p>An expression that cannot be right for any row is the statement's fault; one that cannot be
 * evaluated over this value, such as a cast that fails, takes it for wrong. Threading: any thread.
 *
 * @param timeout of one evaluation
 */
record SqlCheck(SqlSource source, Duration timeout) {
    Verdict judge(SqlValidator validator, String cell, Checked checked, Set<String> inputs)
            throws InterruptedException {
        SqlCheckQuery query = SqlCheckQuery.of(validator, checked, inputs);
        try {
            JsonNode row = source.query(query.sql(), query.values(), timeout, 1).path(0);
            JsonNode valid = row.path("valid");
            if (valid.asBoolean(false)) {
                return Verdict.VALID;
            }
            return Verdict.invalid(
                    "\"" + validator.expression() + "\" is " + (valid.isNull() ? "null" : "false"));
        } catch (SqlException e) {
            if (Thread.interrupted()) {
                throw new InterruptedException();
            }
            if (e.state() == SqlState.QUERY_CANCELED) {
                throw RowFailure.timeout(
                        "the validator "
                                + Names.quoted(validator.name())
                                + " of cell "
                                + Names.quoted(cell)
                                + " took longer than "
                                + timeout.toMillis()
                                + " ms");
            }
            if (isOfValue(e)) {
                return Verdict.invalid("it cannot be evaluated: " + e.getMessage());
            }
            String located =
                    validator
                            .place()
                            .located(
                                    cell,
                                    query.lineOf(e.position()),
                                    "validator "
                                            + Names.quoted(validator.name())
                                            + ": "
                                            + e.getMessage());
            if (isOfEveryValue(e, query)) {
                throw new SqlException(e.state(), located, e).hint(e.hint().orElse(""));
            }
            throw new RowFailure("sql", e.state(), located, e.hint().orElse(""));
        }
    }

    private static boolean isOfValue(SqlException fault) {
        return fault.state().code().startsWith("22");
    }

    private boolean isOfEveryValue(SqlException fault, SqlCheckQuery query)
            throws InterruptedException {
        try {
            source.check(query.blank(), timeout);
            return false;
        } catch (SqlException blank) {
            return blank.state() == fault.state()
                    && Objects.equals(blank.getMessage(), fault.getMessage());
        }
    }
}
