package io.rvbbit.gateway.cli;

import io.rvbbit.gateway.config.ConfigException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;

/**
 * A piece of SQL to run, and where it stands.
 *
 * @param file its name as the user wrote it; empty for a command and for standard input
 * @param shown stands before a line number in messages; empty for a command
 */
record SqlSource(String text, String file, String shown) {
    /** Of a failing script, unlike that of a failing command, psql ends with 3. */
    private static final int SCRIPT_FAILED = 3;

    static SqlSource ofCommand(String text) {
        return new SqlSource(text, "", "");
    }

    /**
     * @param name {@code -} for standard input
     * @throws ConfigException if it can't be read, or is not UTF-8
     */
    static SqlSource ofFile(String name, InputStream standardInput) {
        boolean standard = name.equals("-");
        String shown = standard ? "<stdin>" : name;
        try {
            byte[] bytes =
                    standard ? standardInput.readAllBytes() : Files.readAllBytes(Path.of(name));
            String text =
                    StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(bytes)).toString();
            return new SqlSource(
                    text.startsWith("\uFEFF") ? text.substring(1) : text,
                    standard ? "" : name,
                    shown);
        } catch (NoSuchFileException _) {
            throw new ConfigException("can't read " + shown + ": no such file");
        } catch (CharacterCodingException _) {
            throw new ConfigException("can't read " + shown + ": it is not UTF-8");
        } catch (IOException e) {
            throw new ConfigException("can't read " + shown + ": " + e.getMessage());
        }
    }

    /** What the process ends with if one of the statements fails. */
    int exitCodeOfFailure() {
        return shown.isEmpty() ? 1 : SCRIPT_FAILED;
    }

    /** Names the line of a character (counted from 0) before a message about it. */
    String place(int characters) {
        return shown.isEmpty() ? "" : shown + ":" + Diagnostics.line(text, characters) + ": ";
    }
}
