package io.rvbbit.it.http;

import static org.assertj.core.api.Assertions.assertThat;

import io.rvbbit.gateway.cli.RvbbitCommand;
import io.rvbbit.it.testkit.HttpCaller;
import io.rvbbit.it.testkit.HttpCaller.Reply;
import io.rvbbit.it.testkit.TestGateway;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.time.ZoneOffset;
import java.util.Map;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** {@code rvbbit token}: made beside a running server, used over HTTP, ended. */
class TokenIT {
    // Of the password "sesame".
    private static final String SESAME =
            "SCRAM-SHA-256$4096:MDEyMzQ1Njc4OWFiY2RlZg==$hn4FUIkYt7Fy4b6A2QilBRpntUViQLMX9F3hmowbDlg=:VN7TGXR2mKZKoVdTp1SdRWBKnlXaYulCWS/O1xCfZeI=";
    private static final String USERS =
            "[{name: boss, admin: true, verifier: '%s'}]".formatted(SESAME);

    private final StringWriter out = new StringWriter();
    private final StringWriter err = new StringWriter();

    @TempDir Path directory;

    private int token(TestGateway gateway, String... more) throws IOException {
        Path config = Files.writeString(directory.resolve("rvbbit.yaml"), "users: " + USERS + "\n");
        String[] all = new String[5 + more.length];
        all[0] = "token";
        all[1] = "--config";
        all[2] = config.toString();
        all[3] = "--data";
        all[4] = gateway.data().toString();
        System.arraycopy(more, 0, all, 5, more.length);
        out.getBuffer().setLength(0);
        return RvbbitCommand.execute(new PrintWriter(out), new PrintWriter(err), all);
    }

    private HttpCaller bearer(TestGateway gateway) {
        return gateway.http().with("Authorization", "Bearer " + out.toString().strip());
    }

    @Test
    void a_token_is_its_user_until_it_expires_or_the_password_changes() throws IOException {
        AtomicReference<Duration> later = new AtomicReference<>(Duration.ZERO);
        InstantSource source = () -> Instant.now().plus(later.get());
        Clock clock = source.withZone(ZoneOffset.UTC);
        try (TestGateway gateway = TestGateway.withStub(Map.of("RVBBIT_USERS", USERS), clock)) {
            assertThat(token(gateway, "--user", "boss", "--days", "2")).as("%s", err).isZero();
            HttpCaller boss = bearer(gateway);
            Reply reply = boss.execute("SELECT current_user AS me");
            assertThat(reply.json().at("/data/0/me").textValue()).isEqualTo("boss");

            // A role that SQL has made, in the server's own data directory.
            assertThat(boss.execute("CREATE ROLE eve LOGIN PASSWORD 'one'").status())
                    .isEqualTo(200);
            assertThat(token(gateway, "--user", "eve")).as("%s", err).isZero();
            HttpCaller eve = bearer(gateway);
            assertThat(eve.get("/").status()).isEqualTo(200);
            assertThat(eve.get("/metrics").status()).isEqualTo(403);
            assertThat(boss.execute("ALTER ROLE eve PASSWORD 'two'").status()).isEqualTo(200);
            Reply ended = eve.execute("SELECT 1");
            assertThat(ended.status()).isEqualTo(401);
            assertThat(ended.header("WWW-Authenticate")).contains("Bearer");

            later.set(Duration.ofHours(47));
            assertThat(boss.execute("SELECT 1").status()).isEqualTo(200);
            later.set(Duration.ofHours(49));
            Reply expired = boss.execute("SELECT 1");
            assertThat(expired.status()).isEqualTo(401);
            assertThat(expired.json().path("error").textValue())
                    .isEqualTo(ended.json().path("error").textValue());
        }
    }

    @Test
    void who_is_unknown_gets_none() throws IOException {
        try (TestGateway gateway = TestGateway.withStub(Map.of("RVBBIT_USERS", USERS))) {
            assertThat(token(gateway, "--user", "nobody")).isEqualTo(1);
            assertThat(out.toString()).isEmpty();
            assertThat(err.toString()).contains("there is no user \"nobody\" with a password");
            assertThat(token(gateway, "--user", "boss", "--days", "0")).isEqualTo(1);
        }
    }

    @Test
    void a_page_of_the_port_shows_each_role_its_own_statements() throws IOException {
        try (TestGateway gateway = TestGateway.withStub(Map.of("RVBBIT_USERS", USERS))) {
            assertThat(gateway.http().get("/").status()).isEqualTo(401);
            assertThat(token(gateway, "--user", "boss")).isZero();
            HttpCaller boss = bearer(gateway);
            boss.execute("CREATE ROLE eve LOGIN PASSWORD 'one'");
            assertThat(token(gateway, "--user", "eve")).isZero();
            HttpCaller eve = bearer(gateway);
            String map = "RVBBIT MAP 'first_word' AS w USING (SELECT '%s' AS text)";
            String ofBoss =
                    boss.execute(map.formatted("<b>secret</b>")).json().path("caller_id").asText();
            String ofEve = eve.execute(map.formatted("mine")).json().path("caller_id").asText();

            assertThat(eve.get("/").body()).contains(ofEve).doesNotContain(ofBoss, "secret");
            assertThat(boss.get("/").body())
                    .contains(ofEve, ofBoss, "&lt;b&gt;secret&lt;/b&gt;")
                    .doesNotContain("<b>");
        }
    }
}
