package io.rvbbit.rewriter;

import io.rvbbit.rewriter.Options.OnError;
import io.rvbbit.rewriter.OutputShape.Column;
import io.rvbbit.rewriter.Statement.CascadeStatement;
import io.rvbbit.rewriter.Statement.ExplainStatement;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * One case of a golden file: what the client sends, what the engine gets.
 *
 * <p>A case begins with {@code --@ name}. Lines {@code --@call columns; options} give the shapes of
 * its calls, in order. Then come the statement, a line {@code --@expect}, and what becomes of it.
 */
record GoldenCase(String name, List<CallShape> shapes, String statement, String expected) {
    private static final String CALLER = "'t0ken'";

    static Path directory() {
        return Path.of("src/test/resources/golden");
    }

    static List<GoldenCase> all() {
        try (Stream<Path> files = Files.list(directory())) {
            return files.sorted().flatMap(file -> read(file).stream()).toList();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    static List<GoldenCase> read(Path file) {
        try {
            String text = Files.readString(file);
            return Stream.of(text.split("(?m)^--@ ", -1))
                    .skip(1)
                    .map(part -> parse(file.getFileName() + ": ", part))
                    .toList();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static GoldenCase parse(String file, String part) {
        List<String> lines = part.lines().toList();
        List<CallShape> shapes = new ArrayList<>();
        int at = 1;
        while (at < lines.size() && lines.get(at).startsWith("--@call ")) {
            shapes.add(shape(lines.get(at).substring("--@call ".length())));
            at++;
        }
        int expect = lines.indexOf("--@expect");
        return new GoldenCase(
                file + lines.getFirst(),
                shapes,
                String.join("\n", lines.subList(at, expect)),
                String.join("\n", lines.subList(expect + 1, lines.size())).strip());
    }

    /** Such as {@code a, b; bound 10; on_error column; meta; out x INTEGER | y VARCHAR; value}. */
    private static CallShape shape(String line) {
        List<String> columns = List.of();
        long bound = 1000;
        OnError onError = OnError.NULL;
        boolean meta = false;
        boolean value = false;
        List<Column> inferred = List.of();
        for (String item : line.split(";", -1)) {
            String[] words = item.strip().split(" ", 2);
            switch (words[0]) {
                case "bound" -> bound = Long.parseLong(words[1]);
                case "on_error" -> onError = OnError.COLUMN;
                case "meta" -> meta = true;
                case "value" -> value = true;
                case "out" -> inferred = inferred(words[1]);
                default -> columns = columns(item);
            }
        }
        OutputShape outputs =
                inferred.isEmpty()
                        ? new OutputShape.Text(value ? "value" : "")
                        : new OutputShape.Typed(inferred);
        return new CallShape(columns, outputs, bound, onError, meta);
    }

    private static List<String> columns(String list) {
        return Stream.of(list.split(",", -1)).map(String::strip).toList();
    }

    private static List<Column> inferred(String list) {
        return Stream.of(list.split("\\|", -1))
                .map(item -> item.strip().split(" ", 2))
                .map(words -> new Column(words[0], words[1], false))
                .toList();
    }

    /** What the statement becomes, as the golden file has it. */
    String actual() {
        try {
            return StatementParser.parse(statement).stream()
                    .map(this::written)
                    .collect(Collectors.joining("\n--\n"));
        } catch (SqlException e) {
            return written(e);
        }
    }

    private static String written(SqlException e) {
        return "%s at %d: %s%s"
                .formatted(
                        e.state().code(),
                        e.position(),
                        e.getMessage(),
                        e.hint().map(hint -> "\nhint: " + hint).orElse(""));
    }

    private String written(Statement parsed) {
        return switch (parsed) {
            case Statement.PlainStatement plain ->
                    "plain at %d: %s".formatted(plain.offset(), plain.text());
            case CascadeStatement cascade -> written(cascade);
            case ExplainStatement explain ->
                    explain.options()
                            + "\n"
                            + written(explain.explained())
                            + inputs(explain.explained());
            case Statement.ResumeStatement resume ->
                    "resume " + resume.callerId() + " " + resume.options();
            case Statement.ReplayStatement replay ->
                    "replay " + replay.callerId() + " " + replay.options();
            case Statement.PromoteStatement promote ->
                    "promote %s to %s".formatted(promote.name(), promote.file());
        };
    }

    private String written(CascadeStatement statement) {
        List<CallShape> complete = new ArrayList<>();
        for (CascadeCall call : statement.calls()) {
            complete.add(declared(call));
        }
        Rewritten rewritten = Rewriter.rewrite(statement, CALLER, complete);
        StringBuilder text = new StringBuilder();
        text.append("target ").append(statement.target()).append('\n');
        for (CascadeCall call : statement.calls()) {
            String query = Rewriter.describeQuery(statement, call.index(), CALLER, complete);
            boolean same = query.equals(call.query());
            text.append(
                    "call %d %s own limit %s%s\n"
                            .formatted(
                                    call.index(),
                                    call.verb(),
                                    call.hasOwnLimit(),
                                    same ? "" : " described by"));
            if (!same) {
                text.append(query.strip()).append('\n');
            }
        }
        for (Rewritten.Staging staging : rewritten.stagings()) {
            text.append(
                    "staging %d %s %d\n%s\n"
                            .formatted(
                                    staging.call(),
                                    staging.table(),
                                    staging.bound(),
                                    staging.sql()));
        }
        return text.append("sql\n").append(rewritten.sql()).toString().strip();
    }

    /** What EXPLAIN reads of each clause. */
    private String inputs(CascadeStatement statement) {
        List<CallShape> complete = statement.calls().stream().map(this::declared).toList();
        return Rewriter.inputs(statement, complete).stream()
                .map(input ->
                        "\ninput %d%s\n%s"
                                .formatted(
                                        input.call(),
                                        input.readsAnswers() ? " reads answers" : "",
                                        switch (input) {
                                            case CallInput.Rows rows -> rows.sql();
                                            case CallInput.Batch batch -> batch.staging().sql();
                                        }))
                .collect(Collectors.joining());
    }

    private CallShape declared(CascadeCall call) {
        CallShape given = shapes.get(call.index());
        OutputShape outputs = given.outputs();
        if (outputs instanceof OutputShape.Text text) {
            outputs = OutputShape.declared(call.outputs(), text.name().equals("value"));
        }
        return new CallShape(
                given.inputColumns(), outputs, given.bound(), given.onError(), given.meta());
    }
}
