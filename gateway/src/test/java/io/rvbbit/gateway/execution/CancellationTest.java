package io.rvbbit.gateway.execution;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.rvbbit.rewriter.SqlException;
import io.rvbbit.rewriter.SqlState;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

final class CancellationTest {
    private final Cancellation cancellation = new Cancellation();
    private final List<String> done = new ArrayList<>();

    @Test
    void cancel_runs_what_has_to_be_done_in_order() {
        cancellation.onCancel(() -> done.add("calls"));
        cancellation.onCancel(() -> done.add("engine"));
        assertThat(done).isEmpty();

        cancellation.cancel(Cancellation.USER_REQUEST);

        assertThat(done).containsExactly("calls", "engine");
        assertThat(cancellation.isCancelled()).isTrue();
    }

    @Test
    void what_comes_after_the_cancel_is_done_at_once() {
        cancellation.cancel(Cancellation.TIMEOUT);
        cancellation.onCancel(() -> done.add("late"));

        assertThat(done).containsExactly("late");
    }

    @Test
    void the_first_reason_counts_and_a_repeated_cancel_acts_again() {
        cancellation.onCancel(() -> done.add("stop"));
        cancellation.cancel(Cancellation.TIMEOUT);
        cancellation.cancel(Cancellation.USER_REQUEST);

        assertThat(done).containsExactly("stop", "stop");
        SqlException fault = catchThrowableOfType(SqlException.class, cancellation::check);
        assertThat(fault.state()).isEqualTo(SqlState.QUERY_CANCELED);
        assertThat(fault).hasMessage("canceling statement due to statement timeout");
    }

    @Test
    void a_statement_that_is_over_is_left_alone() {
        cancellation.onCancel(() -> done.add("stop"));
        cancellation.over();
        cancellation.cancel(Cancellation.CLIENT_GONE);
        cancellation.onCancel(() -> done.add("late"));

        assertThat(done).isEmpty();
        assertThatCode(cancellation::check).doesNotThrowAnyException();
    }
}
