package io.rvbbit.gateway.access;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.rvbbit.rewriter.SqlException;
import io.rvbbit.rewriter.SqlState;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Optional;

/**
 * The roles that statements have made, as JSON that only the server's own user can read.
 *
 * <p>A change is written beside it, synced and renamed, so whatever happens the file is whole.
 * Threading: one thread at a time.
 */
final class RoleFile {
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final int SECRET_BYTES = 32;

    private final Path path;

    /**
     * @param mockSecret makes the verifiers of roles that are none; the same at each start, or a
     *     restart would tell them apart
     */
    @SuppressWarnings("ArrayRecordComponent") // on its way to the file; nobody compares it
    record Content(byte[] mockSecret, List<Role> roles) {
        Content {
            roles = List.copyOf(roles);
        }
    }

    RoleFile(Path path) {
        this.path = path;
    }

    /** A file that is not there yet is made. */
    Content read(SecureRandom random) {
        if (!Files.exists(path)) {
            byte[] secret = new byte[SECRET_BYTES];
            random.nextBytes(secret);
            Content content = new Content(secret, List.of());
            write(content);
            return content;
        }
        try {
            return content(JSON.readTree(Files.readAllBytes(path)));
        } catch (IOException | IllegalArgumentException e) {
            throw new SqlException(
                            SqlState.IO_ERROR, "the roles in \"" + path + "\" cannot be read", e)
                    .hint("restore the file from a backup");
        }
    }

    private static Content content(JsonNode root) {
        byte[] secret = Base64.getDecoder().decode(root.path("mock_secret").asText());
        if (secret.length != SECRET_BYTES) {
            throw new IllegalArgumentException("no mock_secret");
        }
        List<Role> roles = new ArrayList<>();
        for (JsonNode entry : root.path("roles")) {
            String name = entry.path("name").asText();
            Optional<ScramVerifier> verifier =
                    entry.hasNonNull("verifier")
                            ? Optional.of(verifier(name, entry.path("verifier").asText()))
                            : Optional.empty();
            roles.add(
                    new Role(
                            name,
                            entry.path("admin").asBoolean(),
                            entry.path("login").asBoolean(),
                            verifier,
                            false));
        }
        return new Content(secret, roles);
    }

    private static ScramVerifier verifier(String role, String text) {
        return ScramVerifier.parse(text)
                .orElseThrow(() -> new IllegalArgumentException("no verifier of " + role));
    }

    /**
     * @throws SqlException 58030; then the file is as it was
     */
    void write(Content content) {
        ObjectNode root = JSON.createObjectNode();
        root.put("mock_secret", Base64.getEncoder().encodeToString(content.mockSecret()));
        ArrayNode list = root.putArray("roles");
        for (Role role : content.roles()) {
            ObjectNode entry = list.addObject();
            entry.put("name", role.name());
            entry.put("admin", role.admin());
            entry.put("login", role.login());
            role.verifier().ifPresent(verifier -> entry.put("verifier", verifier.text()));
        }
        try {
            byte[] bytes = JSON.writerWithDefaultPrettyPrinter().writeValueAsBytes(root);
            Path fresh = path.resolveSibling(path.getFileName() + ".new");
            create(fresh);
            try (FileChannel channel = FileChannel.open(fresh, StandardOpenOption.WRITE)) {
                ByteBuffer left = ByteBuffer.wrap(bytes);
                while (left.hasRemaining()) {
                    int _ = channel.write(left);
                }
                channel.force(true);
            }
            var _ = Files.move(fresh, path, StandardCopyOption.ATOMIC_MOVE);
            syncDirectory();
        } catch (IOException e) {
            throw new SqlException(
                    SqlState.IO_ERROR, "the roles in \"" + path + "\" cannot be written", e);
        }
    }

    /** Nobody else may read it, not even between its making and its first byte. */
    private static void create(Path file) throws IOException {
        FileAttribute<?>[] owner =
                file.getFileSystem().supportedFileAttributeViews().contains("posix")
                        ? new FileAttribute<?>[] {
                            PosixFilePermissions.asFileAttribute(
                                    PosixFilePermissions.fromString("rw-------"))
                        }
                        : new FileAttribute<?>[0];
        try {
            var _ = Files.createFile(file, owner);
        } catch (FileAlreadyExistsException _) {
            // Left by a server that was ended halfway.
            Files.delete(file);
            var _ = Files.createFile(file, owner);
        }
    }

    private void syncDirectory() throws IOException {
        Path parent = path.toAbsolutePath().getParent();
        if (parent != null && path.getFileSystem().supportedFileAttributeViews().contains("unix")) {
            try (FileChannel directory = FileChannel.open(parent, StandardOpenOption.READ)) {
                directory.force(true);
            }
        }
    }
}
