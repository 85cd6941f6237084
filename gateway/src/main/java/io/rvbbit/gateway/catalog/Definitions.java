package io.rvbbit.gateway.catalog;

import io.rvbbit.rewriter.Lexer;
import io.rvbbit.rewriter.Token;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.ConcurrentHashMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/**
 * The catalogue as the SQL resources define it.
 *
 * <p>A {@code STAGE} is a relation that each connection reads once and keeps; a view of that name
 * is installed over what it keeps. A {@code CREATE VIEW} becomes a relation that is written into
 * statements; a {@code CREATE MACRO} that reads such a relation becomes a {@link Template}, for the
 * same reason; everything else is installed in the instance. Names are keyed {@code pgc.name} and
 * {@code pgi.name}. Threading: immutable once built.
 */
final class Definitions {
    private static final List<String> FILES =
            List.of(
                    "01-server",
                    "05-namespaces",
                    "10-types",
                    "20-relations",
                    "30-functions",
                    "40-server-objects",
                    "50-information-schema",
                    "60-session");
    private static final Pattern REFERENCE = Pattern.compile("rvbbit\\.(pg[ci]\\.\\w+)");
    private static final Pattern COMMON_TABLE = Pattern.compile("\\b_(pg[ci])_(\\w+)");
    private static final Pattern VIEW =
            Pattern.compile("CREATE VIEW rvbbit\\.(pg[ci]\\.\\w+) AS\\s+(.*)", Pattern.DOTALL);
    private static final Pattern STAGE =
            Pattern.compile(
                    "(STAGE (?:SHARED )?rvbbit\\.(pg[ci]\\.\\w+)\\(([^)]*)\\) AS)\\s+(.*)",
                    Pattern.DOTALL);
    private static final Pattern MACRO =
            Pattern.compile("CREATE MACRO rvbbit\\.(pg[ci]\\.\\w+)\\s*(\\(.*)", Pattern.DOTALL);
    private static final Pattern LITERAL_SETTING = Pattern.compile("\\('(\\w+)', '");

    static final Definitions INSTANCE = new Definitions();

    private final List<String> installed = new ArrayList<>();
    private final List<String> staged = new ArrayList<>();
    private final Map<String, String> relations = new LinkedHashMap<>();
    private final Map<String, List<Template>> templates = new HashMap<>();
    private final Map<String, String> inlined = new ConcurrentHashMap<>();
    private final Set<String> macros = new LinkedHashSet<>();
    private final Set<String> settings = new TreeSet<>(String.CASE_INSENSITIVE_ORDER);
    private final SystemRelations system = new SystemRelations(resource("relations.txt"));

    private Definitions() {
        FixedRows fixed = new FixedRows(resource("rows.txt"), system);
        relations.putAll(fixed.queries());
        List<String> statements = new ArrayList<>();
        for (String file : FILES) {
            statements.addAll(
                    statements(
                            PgCatalog.fill(resource(file + ".sql"))
                                    .replace("{{reserved}}", reservedWords())));
        }
        for (String statement : statements) {
            Matcher view = VIEW.matcher(statement);
            if (view.matches()) {
                relations.put(view.group(1), view.group(2));
            }
        }
        for (String statement : statements) {
            Matcher macro = MACRO.matcher(statement);
            Matcher stage = STAGE.matcher(statement);
            if (stage.matches()) {
                staged.add(statement);
                installed.add(stagedView(stage.group(2), stage.group(3)));
            } else if (macro.matches()) {
                define(macro.group(1), macro.group(2), statement);
            } else if (!VIEW.matcher(statement).matches()) {
                install(statement);
            }
        }
        installed.addAll(fixed.statements());
    }

    private void define(String name, String overloads, String statement) {
        if (references(overloads).stream()
                .anyMatch(key -> isRelation(key) || templates.containsKey(key))) {
            templates.put(name, Template.parse(overloads));
        } else {
            macros.add(name);
            installed.add(statement);
        }
    }

    private static String stagedView(String key, String columns) {
        List<String> values = new ArrayList<>();
        for (String column : columns.split(",", -1)) {
            String[] words = column.strip().split(" ", -1);
            values.add(
                    words[1].endsWith("[]")
                            ? words[0] + "::" + words[1] + " AS " + words[0]
                            : words[0]);
        }
        return "CREATE VIEW rvbbit.%s AS SELECT %s FROM _rvbbit_catalog('%s', getvariable('_rvbbit_connection')::BIGINT)"
                .formatted(key, String.join(", ", values), key);
    }

    /** The staged relations; their queries read nothing that has to be written into them. */
    List<String> stages() {
        return staged.stream()
                .map(statement -> {
                    Matcher stage = STAGE.matcher(statement);
                    if (!stage.matches()) {
                        throw new IllegalStateException(statement);
                    }
                    String query = Inlining.relations(stage.group(4));
                    return stage.group(1).replace("rvbbit.", "")
                            + " "
                            + CatalogQuery.withRelations(query, commonTables(query));
                })
                .toList();
    }

    private void install(String statement) {
        if (statement.startsWith("CREATE TABLE rvbbit.pgc._setting ")) {
            LITERAL_SETTING
                    .matcher(statement)
                    .results()
                    .forEach(match -> settings.add(match.group(1)));
        }
        String filled = statement;
        for (String file : List.of("types.txt", "functions.txt", "relations.txt", "keywords.txt")) {
            if (filled.contains("{{" + file + "}}")) {
                filled =
                        filled.replace(
                                "{{" + file + "}}",
                                "'" + resource(file).strip().replace("'", "''") + "'");
            }
        }
        installed.add(filled);
    }

    /** What an instance must run once. */
    List<String> installed() {
        return installed;
    }

    /** Whether this is a relation of the catalogue, such as {@code pgc.pg_class}. */
    boolean isRelation(String key) {
        return relations.containsKey(key) || system.contains(key);
    }

    boolean isFunction(String key) {
        return macros.contains(key) || templates.containsKey(key);
    }

    /** The function's text for that many arguments, if it has to be written into the statement. */
    Optional<Template> template(String key, int arguments) {
        return templates.getOrDefault(key, List.of()).stream()
                .filter(template -> template.parameters().size() == arguments)
                .findFirst();
    }

    /** Whether {@code current_setting} of that name is ours to answer; others are the engine's. */
    boolean isSetting(String name) {
        return settings.contains(name) || name.contains(".");
    }

    Set<String> functionNames() {
        Set<String> names = new TreeSet<>();
        macros.forEach(key -> names.add(key.substring(4)));
        templates.keySet().forEach(key -> names.add(key.substring(4)));
        return names;
    }

    SystemRelations system() {
        return system;
    }

    /** The query that fills a relation, over the common tables of other relations. */
    String inlined(String key) {
        return inlined.computeIfAbsent(
                key,
                _ ->
                        Inlining.relations(
                                Optional.ofNullable(relations.get(key))
                                        .orElseGet(() -> system.empty(key))));
    }

    /** What PostgreSQL puts quotes around when it is a name, as a pattern. */
    private static String reservedWords() {
        return resource("keywords.txt")
                .lines()
                .map(line -> line.split(" ", -1))
                .filter(fields -> !fields[1].equals("U"))
                .map(fields -> fields[0])
                .collect(Collectors.joining("|"));
    }

    private static List<String> references(String sql) {
        return REFERENCE.matcher(sql).results().map(match -> match.group(1)).toList();
    }

    /** The relations whose common tables a written text reads. */
    static List<String> commonTables(String sql) {
        return COMMON_TABLE
                .matcher(sql)
                .results()
                .map(match -> match.group(1) + "." + match.group(2))
                .filter(INSTANCE::isRelation)
                .distinct()
                .toList();
    }

    private static List<String> statements(String script) {
        List<String> statements = new ArrayList<>();
        int start = -1;
        for (Token token : Lexer.tokens(script)) {
            if (token.isOperator(";")) {
                statements.add(script.substring(start, token.start()));
                start = -1;
            } else if (start < 0) {
                start = token.start();
            }
        }
        return statements;
    }

    private static String resource(String name) {
        try (InputStream in = Definitions.class.getResourceAsStream(name)) {
            if (in == null) {
                throw new IllegalStateException("resource " + name + " is missing");
            }
            return new String(in.readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
