package io.rvbbit.it.dialect;

import static org.assertj.core.api.Assertions.assertThat;

import io.rvbbit.it.testkit.TestGateway;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * OIDs that a client has read are the same on its next connection and after a restart: drivers keep
 * them.
 */
class StableOidsIT {
    /** Answers in which OIDs stand, those of RowDescription among them. */
    private static final List<String> QUESTIONS =
            List.of(
                    "SELECT typname, oid, typarray, typnamespace FROM pg_type"
                            + " WHERE typname IN ('mood', '_mood', 'size') ORDER BY typname",
                    "SELECT enumtypid, oid, enumsortorder, enumlabel FROM pg_enum"
                            + " ORDER BY enumtypid, enumsortorder",
                    "SELECT oid, relname, relnamespace, reltype FROM pg_class"
                            + " WHERE relname LIKE 'people%' ORDER BY relname",
                    "SELECT attrelid, attname, atttypid FROM pg_attribute"
                            + " WHERE attrelid = 'people'::regclass ORDER BY attnum",
                    "SELECT oid, conname, conrelid, conindid FROM pg_constraint"
                            + " WHERE conrelid = 'people'::regclass ORDER BY conname",
                    "SELECT m, s, 'sad'::mood, max(m) OVER () FROM people",
                    "SELECT 'mood'::regtype::oid, 'shop'::regnamespace::oid");

    @TempDir private Path data;

    private TestGateway start() {
        return TestGateway.withStub(Map.of("RVBBIT_DATA", data.toString()));
    }

    private static WireSession connect(TestGateway gateway) throws IOException {
        return new WireSession("127.0.0.1", gateway.port(), "rvbbit", "default");
    }

    private static List<String> answers(TestGateway gateway) throws IOException {
        List<String> answers = new ArrayList<>();
        try (WireSession session = connect(gateway)) {
            for (String question : QUESTIONS) {
                List<String> answer = session.query(question);
                assertThat(answer).as(question).hasSizeGreaterThan(2);
                answers.addAll(answer);
            }
        }
        return answers;
    }

    private static int oid(TestGateway gateway, String type) throws IOException {
        try (WireSession session = connect(gateway)) {
            String row = session.query("SELECT '" + type + "'::regtype::oid").get(1);
            return Integer.parseInt(row.substring("| ".length()));
        }
    }

    @Test
    void oids_are_the_same_on_every_connection_and_after_a_restart() throws IOException {
        List<String> before;
        int mood;
        try (TestGateway gateway = start()) {
            try (WireSession session = connect(gateway)) {
                session.query("CREATE SCHEMA shop");
                session.query("CREATE TYPE mood AS ENUM ('sad', 'ok', 'it''s fine')");
                session.query("CREATE TYPE shop.size AS ENUM ('s', 'xl')");
                session.query(
                        "CREATE TABLE people (id serial PRIMARY KEY, m mood, s shop.size, ms mood[])");
                session.query("INSERT INTO people (m, s, ms) VALUES ('ok', 'xl', '{sad,NULL}')");
            }
            before = answers(gateway);
            assertThat(answers(gateway)).as("another connection").isEqualTo(before);
            mood = oid(gateway, "mood");
        }

        try (TestGateway gateway = start()) {
            assertThat(answers(gateway)).as("after a restart").isEqualTo(before);
            try (WireSession session = connect(gateway)) {
                byte[] label = "it's fine".getBytes(StandardCharsets.UTF_8);
                assertThat(session.extended("SELECT $1::mood", mood, label, 1, 1))
                        .as("a parameter of the type that was read before the restart")
                        .containsExactly(
                                "oid %d length 4 modifier -1".formatted(mood),
                                "697427732066696e65");
                session.query("DROP TABLE people");
                session.query("DROP TYPE mood");
                session.query("CREATE TYPE mood AS ENUM ('new')");
            }
            assertThat(oid(gateway, "mood")).as("made again under its name").isEqualTo(mood);
        }
    }
}
