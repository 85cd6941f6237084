package io.rvbbit.it;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.rvbbit.it.testkit.GatewayTest;
import io.rvbbit.it.testkit.TestGateway;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** COPY message by message: what no driver sends, and what none waits for. */
@GatewayTest
class CopyFramesIT {
    /** One message of the server: its letter, and its body with blanks for what is no text. */
    private record Reply(char type, String text) {}

    /** A client that knows frames only. */
    private static final class Frames implements AutoCloseable {
        private final TestGateway gateway;
        private final Socket socket;
        private final DataInputStream in;
        private final DataOutputStream out;
        private byte[] key = new byte[0];

        Frames(TestGateway gateway) throws IOException {
            this.gateway = gateway;
            this.socket = new Socket(InetAddress.getLoopbackAddress(), gateway.port());
            socket.setSoTimeout(60_000);
            this.in = new DataInputStream(socket.getInputStream());
            this.out = new DataOutputStream(socket.getOutputStream());
            byte[] parameters = "user\0rvbbit\0database\0default\0\0".getBytes(UTF_8);
            out.writeInt(parameters.length + 8);
            out.writeInt(196_608);
            out.write(parameters);
            until("Z");
        }

        Frames send(char type, String body) throws IOException {
            byte[] bytes = body.getBytes(UTF_8);
            out.writeByte(type);
            out.writeInt(bytes.length + 4);
            out.write(bytes);
            return this;
        }

        Frames query(String sql) throws IOException {
            return send('Q', sql + "\0");
        }

        private Reply reply() throws IOException {
            char type = (char) in.readByte();
            byte[] body = in.readNBytes(in.readInt() - 4);
            if (type == 'K') {
                key = body;
            }
            return new Reply(type, new String(body, UTF_8).replaceAll("\\p{Cntrl}", " ").strip());
        }

        /** The letters of what the server says until one of these has come, or the end. */
        List<Reply> until(String types) throws IOException {
            List<Reply> replies = new ArrayList<>();
            try {
                do {
                    replies.add(reply());
                } while (types.indexOf(replies.getLast().type()) < 0);
            } catch (EOFException end) {
                replies.add(new Reply('!', ""));
            }
            return replies;
        }

        /** On a connection of its own, which the server closes. */
        void cancel() throws IOException {
            try (Socket other = new Socket(InetAddress.getLoopbackAddress(), gateway.port())) {
                ByteArrayOutputStream packet = new ByteArrayOutputStream();
                packet.writeBytes(
                        ByteBuffer.allocate(8).putInt(8 + key.length).putInt(80_877_102).array());
                packet.writeBytes(key);
                other.getOutputStream().write(packet.toByteArray());
                assertThat(other.getInputStream().read()).isEqualTo(-1);
            }
        }

        /** Goes without a word. */
        void hangUp() throws IOException {
            socket.close();
        }

        @Override
        public void close() throws IOException {
            hangUp();
        }
    }

    private static String types(List<Reply> replies) {
        StringBuilder types = new StringBuilder();
        replies.forEach(reply -> types.append(reply.type()));
        return types.toString();
    }

    private static String error(List<Reply> replies) {
        return replies.stream()
                .filter(reply -> reply.type() == 'E')
                .map(Reply::text)
                .findFirst()
                .orElse("");
    }

    @Test
    void a_copy_that_waits_can_be_cancelled(TestGateway gateway) throws Exception {
        try (Frames client = new Frames(gateway)) {
            client.query("CREATE TEMP TABLE t (a INTEGER)").until("Z");
            client.query("COPY t FROM STDIN").send('d', "1\n2\n").until("G");

            client.cancel();

            assertThat(error(client.until("Z")))
                    .contains("57014", "canceling statement due to user request", "COPY t, line ");
            client.send('d', "3\n").send('c', "").query("SELECT count(*) AS n FROM t");
            assertThat(client.until("Z")).contains(new Reply('D', "0"));
        }
    }

    @Test
    void the_statement_timeout_holds_for_a_silent_client(TestGateway gateway) throws Exception {
        try (Frames client = new Frames(gateway)) {
            client.query("CREATE TEMP TABLE t (a INTEGER)").until("Z");
            client.query("SET statement_timeout = 200").until("Z");
            client.query("COPY t FROM STDIN");

            List<Reply> replies = client.until("Z");

            assertThat(types(replies)).isEqualTo("GEZ");
            assertThat(error(replies)).contains("57014", "statement timeout", "COPY t, line 1");
        }
    }

    @Test
    void sync_and_flush_mean_nothing_while_rows_are_awaited(TestGateway gateway) throws Exception {
        try (Frames client = new Frames(gateway)) {
            client.query("CREATE TEMP TABLE t (a INTEGER)").until("Z");
            client.send('P', "\0COPY t FROM STDIN\0\0\0")
                    .send('B', "\0\0\0\0\0\0\0\0")
                    .send('D', "P\0")
                    .send('E', "\0\0\0\0\0")
                    .send('S', "")
                    .send('d', "1\n")
                    .send('H', "")
                    .send('d', "2")
                    .send('c', "")
                    .send('S', "");

            List<Reply> replies = client.until("Z");

            assertThat(types(replies)).isEqualTo("12nGCZ");
            assertThat(replies).contains(new Reply('C', "COPY 2"));
        }
    }

    @Test
    void a_bad_row_of_the_extended_protocol_skips_to_the_sync(TestGateway gateway)
            throws Exception {
        try (Frames client = new Frames(gateway)) {
            client.query("CREATE TEMP TABLE t (a INTEGER)").until("Z");
            client.send('P', "\0COPY t FROM STDIN\0\0\0")
                    .send('B', "\0\0\0\0\0\0\0\0")
                    .send('E', "\0\0\0\0\0")
                    .send('d', "x\n")
                    .send('d', "2\n")
                    .send('c', "")
                    .send('S', "");

            List<Reply> replies = client.until("Z");

            assertThat(types(replies)).isEqualTo("12GEZ");
            assertThat(error(replies)).contains("22P02", "COPY t, line 1, column a: \"x\"");
        }
    }

    @Test
    void whoever_speaks_of_something_else_is_disconnected(TestGateway gateway) throws Exception {
        try (Frames client = new Frames(gateway)) {
            client.query("CREATE TEMP TABLE t (a INTEGER)").until("Z");
            client.query("COPY t FROM STDIN").query("SELECT 1");

            List<Reply> replies = client.until("!");

            assertThat(error(replies))
                    .contains("08P01", "unexpected message type 0x51 during COPY from stdin");
            assertThat(replies.toString()).contains("protocol synchronization was lost");
            assertThat(replies).endsWith(new Reply('!', ""));
        }
    }

    @Test
    void copy_fail_undoes_all(TestGateway gateway) throws Exception {
        try (Frames client = new Frames(gateway)) {
            client.query("CREATE TEMP TABLE t (a INTEGER)").until("Z");
            client.query("COPY t FROM STDIN").send('d', "1\n2\n3").send('f', "boo\0");

            assertThat(error(client.until("Z")))
                    .contains("57014", "COPY from stdin failed: boo", "COPY t, line 3");
            assertThat(client.query("SELECT count(*) AS n FROM t").until("Z"))
                    .contains(new Reply('D', "0"));
        }
    }

    @Test
    void several_copies_in_one_message_take_their_turns(TestGateway gateway) throws Exception {
        try (Frames client = new Frames(gateway)) {
            client.query("CREATE TEMP TABLE t (a INTEGER)").until("Z");
            client.query("COPY t FROM STDIN; SELECT 5 AS n; COPY t FROM STDIN; COPY t TO STDOUT")
                    .send('d', "1\n")
                    .send('c', "")
                    .send('d', "2\n")
                    .send('c', "");

            List<Reply> replies = client.until("Z");

            assertThat(types(replies)).isEqualTo("GCTDCGCHddcCZ");
            assertThat(replies).contains(new Reply('C', "COPY 1"), new Reply('C', "COPY 2"));
        }
    }

    @Test
    void a_client_that_goes_leaves_no_row(TestGateway gateway) throws Exception {
        try (Frames client = new Frames(gateway);
                Frames other = new Frames(gateway)) {
            client.query("CREATE TABLE gone (a INTEGER)").until("Z");
            other.query("COPY gone FROM STDIN").send('d', "1\n").until("G");
            other.hangUp();

            // The table can be dropped once nobody is writing into it.
            assertThat(client.query("SELECT count(*) AS n FROM gone").until("Z"))
                    .contains(new Reply('D', "0"));
            client.query("DROP TABLE gone").until("Z");
        }
    }
}
