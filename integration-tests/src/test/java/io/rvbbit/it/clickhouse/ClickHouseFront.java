package io.rvbbit.it.clickhouse;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import io.rvbbit.it.clickhouse.Chdb.Refused;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import java.util.StringJoiner;
import java.util.concurrent.Executors;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import net.jpountz.lz4.LZ4FrameInputStream;
import net.jpountz.lz4.LZ4FrameOutputStream;

/**
 * A test front: so much of ClickHouse's HTTP interface as clickhouse-jdbc and the tests need, on
 * the real engine.
 *
 * <p>Each request is a session of the engine's. An answer is made whole before it is sent. Other
 * than ClickHouse, it knows one user and sends HTTP compression (LZ4) only. It ends when its
 * standard input does, so that it never outlives the tests. Threading: {@code main}; requests are
 * handled by threads of their own.
 */
final class ClickHouseFront {
    static final String USER = "front";
    static final String PASSWORD = "front's secret";

    private static final Pattern CODE = Pattern.compile("Code: (\\d+)\\.");
    private static final Pattern FORMAT = Pattern.compile("(?is)\\sFORMAT\\s+(\\w+)\\s*");

    /** Parameters of the HTTP interface; every other one is a setting of the statement. */
    private static final Set<String> OF_HTTP =
            Set.of(
                    "query",
                    "query_id",
                    "database",
                    "default_format",
                    "compress",
                    "decompress",
                    "enable_http_compression",
                    "client_protocol_version",
                    "wait_end_of_query");

    private final Chdb engine;

    private ClickHouseFront(Chdb engine) {
        this.engine = engine;
    }

    /** Arguments: libchdb.so, the directory of data, the port or 0. */
    public static void main(String[] arguments) throws IOException {
        Chdb engine = new Chdb(Path.of(arguments[0]), Path.of(arguments[1]));
        HttpServer server =
                HttpServer.create(
                        new InetSocketAddress(
                                InetAddress.getLoopbackAddress(), Integer.parseInt(arguments[2])),
                        0);
        // Held open, because the engine goes with its last session.
        Chdb.Session engineItself = engine.open();
        ClickHouseFront front = new ClickHouseFront(engine);
        // The engine's calls would hold a virtual thread's carrier.
        server.setExecutor(
                Executors.newCachedThreadPool(Thread.ofPlatform().name("front-", 0).factory()));
        server.createContext("/", front::handle);
        server.start();
        System.out.println("ready " + server.getAddress().getPort());
        while (System.in.read() >= 0) {
            Thread.onSpinWait();
        }
        engineItself.close();
        System.exit(0);
    }

    private void handle(HttpExchange exchange) throws IOException {
        try (exchange) {
            Map<String, String> parameters = parameters(exchange);
            header(exchange, "X-ClickHouse-Format", parameters, "default_format", "TabSeparated");
            header(exchange, "X-ClickHouse-Database", parameters, "database", "default");
            try {
                if (exchange.getRequestURI().getPath().equals("/ping")) {
                    whole(exchange, 200, "Ok.\n");
                } else {
                    authenticate(exchange);
                    run(exchange, parameters);
                }
            } catch (Refused e) {
                refuse(exchange, String.valueOf(e.getMessage()));
            } catch (RuntimeException e) {
                refuse(exchange, "Code: 1002. DB::Exception: the test front: " + e);
            }
        }
    }

    private void run(HttpExchange exchange, Map<String, String> parameters)
            throws Refused, IOException {
        String sql = parameters.getOrDefault("query", "");
        InputStream body = body(exchange);
        if (sql.isEmpty()) {
            sql = new String(body.readAllBytes(), StandardCharsets.UTF_8);
        }
        try (Chdb.Session session = engine.open()) {
            set(session, parameters);
            Matcher format = FORMAT.matcher(sql);
            Chdb.Answer answer = (bytes, rows) -> begin(exchange, parameters, bytes, rows);
            if (sql.stripLeading().regionMatches(true, 0, "INSERT", 0, 6)
                    && parameters.containsKey("query")
                    && format.find()) {
                session.insert(sql.substring(0, format.start()), format.group(1), body, answer);
            } else {
                session.query(sql, String.valueOf(parameters.get("default_format")), answer);
            }
        }
    }

    private static void set(Chdb.Session session, Map<String, String> parameters)
            throws Refused, IOException {
        String database = String.valueOf(parameters.get("database"));
        if (!database.equals("default")) {
            session.query("USE `" + database.replace("`", "\\`") + "`", "Null", NOWHERE);
        }
        StringJoiner settings = new StringJoiner(", ", "SET ", "").setEmptyValue("");
        parameters.forEach((name, value) -> {
            if (!OF_HTTP.contains(name)) {
                settings.add(name + " = '" + value.replace("\\", "\\\\").replace("'", "\\'") + "'");
            }
        });
        if (settings.length() > 0) {
            session.query(settings.toString(), "Null", NOWHERE);
        }
    }

    private static final Chdb.Answer NOWHERE = (_, _) -> OutputStream.nullOutputStream();

    private static OutputStream begin(
            HttpExchange exchange, Map<String, String> parameters, long bytes, long rowsWritten)
            throws IOException {
        var headers = exchange.getResponseHeaders();
        headers.set("X-ClickHouse-Timezone", "UTC");
        headers.set("X-ClickHouse-Format", parameters.get("default_format"));
        headers.set(
                "X-ClickHouse-Summary",
                "{\"written_rows\":\"%d\",\"result_rows\":\"%1$d\"}".formatted(rowsWritten));
        if (bytes == 0) {
            exchange.sendResponseHeaders(200, -1);
            return OutputStream.nullOutputStream();
        }
        String accepted = exchange.getRequestHeaders().getFirst("Accept-Encoding");
        if ("1".equals(parameters.get("enable_http_compression"))
                && accepted != null
                && accepted.contains("lz4")) {
            headers.set("Content-Encoding", "lz4");
            exchange.sendResponseHeaders(200, 0);
            return new LZ4FrameOutputStream(exchange.getResponseBody());
        }
        exchange.sendResponseHeaders(200, bytes);
        return exchange.getResponseBody();
    }

    private static InputStream body(HttpExchange exchange) throws IOException {
        String encoding = exchange.getRequestHeaders().getFirst("Content-Encoding");
        return "lz4".equals(encoding)
                ? new LZ4FrameInputStream(exchange.getRequestBody())
                : exchange.getRequestBody();
    }

    private static void authenticate(HttpExchange exchange) throws Refused {
        String wanted =
                "Basic "
                        + Base64.getEncoder()
                                .encodeToString(
                                        (USER + ":" + PASSWORD).getBytes(StandardCharsets.UTF_8));
        if (!wanted.equals(exchange.getRequestHeaders().getFirst("Authorization"))) {
            throw new Refused(
                    "Code: 516. DB::Exception: Authentication failed: password is incorrect, or"
                            + " there is no user with such name. (AUTHENTICATION_FAILED)");
        }
    }

    private static void refuse(HttpExchange exchange, String message) throws IOException {
        Matcher code = CODE.matcher(message);
        String number = code.find() ? code.group(1) : "1002";
        exchange.getResponseHeaders().set("X-ClickHouse-Exception-Code", number);
        int status = number.equals("516") ? 403 : number.equals("60") ? 404 : 500;
        whole(exchange, status, message + "\n");
    }

    private static void whole(HttpExchange exchange, int status, String text) throws IOException {
        byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
        exchange.getRequestBody().transferTo(OutputStream.nullOutputStream());
        exchange.sendResponseHeaders(status, bytes.length);
        exchange.getResponseBody().write(bytes);
    }

    private static Map<String, String> parameters(HttpExchange exchange) {
        Map<String, String> parameters = new LinkedHashMap<>();
        String query = exchange.getRequestURI().getRawQuery();
        for (String pair : query == null ? new String[0] : query.split("&", -1)) {
            int equals = pair.indexOf('=');
            if (equals > 0) {
                parameters.put(
                        decoded(pair.substring(0, equals)), decoded(pair.substring(equals + 1)));
            }
        }
        return parameters;
    }

    /** What stands in the URL goes before a header, and that before {@code otherwise}. */
    private static void header(
            HttpExchange exchange,
            String header,
            Map<String, String> parameters,
            String name,
            String otherwise) {
        String value = exchange.getRequestHeaders().getFirst(header);
        parameters.putIfAbsent(name, value == null ? otherwise : value);
    }

    private static String decoded(String text) {
        return URLDecoder.decode(text, StandardCharsets.UTF_8);
    }
}
