package io.rvbbit.gateway.cli;

import java.util.HashMap;
import java.util.Map;
import java.util.Optional;

/**
 * An error or a notice, as the server sent it.
 *
 * @param position characters into the statement, from 1; 0 for none
 */
record ServerMessage(
        String severity,
        String state,
        String message,
        Optional<String> detail,
        Optional<String> hint,
        int position) {

    /** From the fields of an ErrorResponse or NoticeResponse, by their type letters. */
    static ServerMessage of(Map<Character, String> sent) {
        Map<Character, String> fields = new HashMap<>(sent);
        String position = fields.getOrDefault('P', "");
        return new ServerMessage(
                fields.getOrDefault('V', fields.getOrDefault('S', "ERROR")),
                fields.getOrDefault('C', ""),
                fields.getOrDefault('M', ""),
                Optional.ofNullable(fields.get('D')),
                Optional.ofNullable(fields.get('H')),
                position.matches("\\d{1,9}") ? Integer.parseInt(position) : 0);
    }

    ServerMessage withoutPosition() {
        return new ServerMessage(severity, state, message, detail, hint, 0);
    }
}
