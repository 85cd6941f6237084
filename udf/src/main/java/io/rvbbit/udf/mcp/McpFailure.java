package io.rvbbit.udf.mcp;

/**
 * An MCP server did not do what it was asked. Stackless.
 *
 * <p>The message is told to models and stands in the books: no secret is in it.
 */
public final class McpFailure extends Exception {
    private static final long serialVersionUID = 1L;

    private final boolean passing;
    private final boolean lostSession;

    McpFailure(String message, boolean passing) {
        this(message, passing, false);
    }

    private McpFailure(String message, boolean passing, boolean lostSession) {
        super(message, null, false, false);
        this.passing = passing;
        this.lostSession = lostSession;
    }

    /** The server has begun anew, and did nothing of what it was asked. */
    static McpFailure ofLostSession(String message) {
        return new McpFailure(message, true, true);
    }

    boolean isLostSession() {
        return lostSession;
    }

    /** Whether another attempt may succeed. */
    public boolean isPassing() {
        return passing;
    }

    String told() {
        return String.valueOf(getMessage());
    }
}
