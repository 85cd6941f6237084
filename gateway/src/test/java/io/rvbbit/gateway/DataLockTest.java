package io.rvbbit.gateway;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.rvbbit.rewriter.SqlException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class DataLockTest {
    @TempDir Path data;

    @Test
    void a_directory_has_one_holder() {
        try (DataLock _ = DataLock.take(data)) {
            assertThatThrownBy(() -> DataLock.take(data))
                    .isInstanceOf(SqlException.class)
                    .hasMessageContaining("is in use by process " + ProcessHandle.current().pid());
        }
        DataLock.take(data).close();
    }

    @Test
    void the_holder_tells_its_address_as_long_as_it_takes_clients() {
        try (DataLock lock = DataLock.take(data)) {
            lock.publish("127.0.0.1:15432");
            assertThat(address()).contains("127.0.0.1:15432");

            lock.withdraw();
            assertThat(DataLock.holder(data)).isPresent();
            assertThat(address()).isEmpty();
        }
        assertThat(DataLock.holder(data)).isEmpty();
    }

    @Test
    void an_address_that_a_killed_process_left_means_nothing() throws IOException {
        Files.writeString(data.resolve("lock"), "4711");
        Files.writeString(data.resolve("server.address"), "127.0.0.1:1\n");

        assertThat(DataLock.holder(data)).isEmpty();
        try (DataLock _ = DataLock.take(data)) {
            assertThat(address()).isEmpty();
        }
    }

    @Test
    void a_path_below_a_file_is_refused() throws IOException {
        Path file = Files.writeString(data.resolve("file"), "");

        assertThatThrownBy(() -> DataLock.take(file.resolve("below")))
                .isInstanceOf(SqlException.class)
                .hasMessageContaining("can't be used: Not a directory");
    }

    private Optional<String> address() {
        return DataLock.holder(data).flatMap(DataLock.Holder::address);
    }
}
