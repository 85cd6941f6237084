package io.rvbbit.udf.cascade;

import com.hubspot.jinjava.tree.ExpressionNode;
import com.hubspot.jinjava.tree.Node;
import com.hubspot.jinjava.tree.TagNode;
import com.hubspot.jinjava.tree.parse.ExpressionToken;
import io.rvbbit.rewriter.NearestName;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Finds what a template reads, and refuses at load time what it may not do.
 *
 * <p>Works on the words of each expression: whatever is not plainly {@code input.name} counts as
 * reading the whole input, so the answer may be too wide, never too narrow. Threading: one thread,
 * for one template.
 */
final class TemplateScan {
    private static final Set<String> ROOTS = Set.of("input", "outputs", "state");
    private static final Set<String> WORDS =
            Set.of(
                    "and", "or", "not", "in", "is", "if", "else", "true", "false", "none", "True",
                    "False", "None", "null", "div", "mod");
    private static final Pattern FOR =
            Pattern.compile("\\s*([\\w\\s,]+?)\\s+in\\s+(.+)", Pattern.DOTALL);
    private static final Pattern SET =
            Pattern.compile("\\s*([\\w\\s,]+?)\\s*=(?!=)(.+)", Pattern.DOTALL);
    private static final Pattern NAME = Pattern.compile("[A-Za-z_]\\w*");

    private final Set<String> locals = new HashSet<>();
    private final Set<String> inputs = new TreeSet<>();
    private final Set<String> required = new TreeSet<>();
    private final Set<String> tested = new HashSet<>();
    private final Map<String, Integer> cells = new LinkedHashMap<>();
    private final Map<String, Integer> states = new LinkedHashMap<>();
    private final boolean sql;
    private final Set<String> more;
    private final List<TemplateFault> faults = new ArrayList<>();
    private boolean wholeInput;
    private boolean allOutputs;
    private boolean allState;

    private TemplateScan(boolean sql, Set<String> more) {
        this.sql = sql;
        this.more = more;
    }

    static TemplateUse of(Node root, boolean sql) {
        return of(root, sql, Set.of());
    }

    /** {@code more}: names that this template may read besides input, outputs and state. */
    static TemplateUse of(Node root, boolean sql, Set<String> more) {
        TemplateScan scan = new TemplateScan(sql, more);
        try {
            scan.collectLocals(root);
            scan.walk(root);
        } catch (StackOverflowError e) {
            throw new TemplateFault(1, "nested too deeply");
        }
        if (!scan.faults.isEmpty()) {
            throw scan.faults.getFirst().with(scan.faults.subList(1, scan.faults.size()));
        }
        scan.required.removeAll(scan.tested);
        return new TemplateUse(
                scan.inputs,
                scan.required,
                scan.wholeInput,
                scan.cells,
                scan.allOutputs,
                scan.states,
                scan.allState);
    }

    private void collectLocals(Node node) {
        if (node instanceof TagNode tag) {
            Pattern form = "for".equals(tag.getName()) ? FOR : SET;
            if ("for".equals(tag.getName()) || "set".equals(tag.getName())) {
                Matcher matcher = form.matcher(tag.getHelpers());
                String targets = matcher.matches() ? matcher.group(1) : tag.getHelpers();
                for (String target : targets.split(",", -1)) {
                    declare(target.strip(), tag);
                }
            }
            if ("for".equals(tag.getName())) {
                locals.add("loop");
            }
        }
        node.getChildren().forEach(this::collectLocals);
    }

    private void declare(String target, TagNode tag) {
        if (!NAME.matcher(target).matches() || WORDS.contains(target)) {
            throw new TemplateFault(
                    tag.getLineNumber(), "cannot read the tag " + Names.quoted(tag.getName()));
        }
        if (ROOTS.contains(target) || "loop".equals(target)) {
            throw new TemplateFault(
                    tag.getLineNumber(), Names.quoted(target) + " cannot be given another value");
        }
        locals.add(target);
    }

    private void walk(Node node) {
        try {
            if (node instanceof ExpressionNode) {
                expression(((ExpressionToken) node.getMaster()).getExpr(), node.getLineNumber());
            } else if (node instanceof TagNode tag) {
                tag(tag);
            }
        } catch (TemplateFault fault) {
            faults.add(fault);
        }
        if (node instanceof TagNode tag) {
            if ("raw".equals(tag.getName())) {
                return;
            }
        }
        node.getChildren().forEach(this::walk);
    }

    private void tag(TagNode tag) {
        int line = tag.getLineNumber();
        switch (tag.getName()) {
            case "if", "elif" -> expression(tag.getHelpers(), line);
            case "for" -> {
                Matcher matcher = FOR.matcher(tag.getHelpers());
                if (!matcher.matches() || tag.getChildren().isEmpty()) {
                    throw new TemplateFault(
                            line, "a loop reads {% for x in list %} … {% endfor %}");
                }
                expression(matcher.group(2), line);
            }
            case "set" -> {
                Matcher matcher = SET.matcher(tag.getHelpers());
                if (matcher.matches()) {
                    boolean several = matcher.group(1).contains(",");
                    String value = matcher.group(2);
                    expression(several ? "[" + value + "]" : value, line);
                } else if (sql) {
                    throw new TemplateFault(line, "a {% set %} block cannot stand in SQL");
                }
            }
            case "raw" -> {
                if (sql) {
                    throw new TemplateFault(line, "{% raw %} cannot stand in SQL");
                }
            }
            default -> {}
        }
    }

    private void expression(String text, int line) {
        TemplateEngine.checkExpression(text, line);
        List<String> words = TemplateWords.of(text, line);
        for (int i = 0; i < words.size(); i++) {
            String word = words.get(i);
            if (!NAME.matcher(word).matches()) {
                continue;
            }
            String before = i == 0 ? "" : words.get(i - 1);
            String after = at(words, i + 1);
            if (".".equals(before)) {
                method(word, after, line);
            } else if ("|".equals(before)) {
                known("filter", word, TemplateEngine.FILTERS, line);
                sqlOnly(word, line);
            } else if (isTest(words, i)) {
                known("test", word, TemplateEngine.TESTS, line);
            } else if (!WORDS.contains(word) && !isLabel(before, after)) {
                name(words, i, line);
            }
        }
    }

    private static boolean isTest(List<String> words, int i) {
        String before = at(words, i - 1);
        if ("not".equals(words.get(i))) {
            return false;
        }
        return "is".equals(before) || ("not".equals(before) && "is".equals(at(words, i - 2)));
    }

    /** A named argument, or the bare key of a map literal. */
    private static boolean isLabel(String before, String after) {
        boolean opens = "(".equals(before) || ",".equals(before) || "{".equals(before);
        return opens && ("=".equals(after) || ":".equals(after));
    }

    private void sqlOnly(String filter, int line) {
        if ("ident".equals(filter) && !sql) {
            throw new TemplateFault(line, "the filter \"ident\" is for SQL only");
        }
    }

    private static void method(String name, String after, int line) {
        if ("(".equals(after) && !TemplateResolver.MAP_METHODS.contains(name)) {
            throw new TemplateFault(
                    line,
                    "templates call no methods: " + Names.quoted(name),
                    "use a filter, as in {{ x | upper }}");
        }
    }

    private static void known(String what, String name, Set<String> names, int line) {
        if (!names.contains(name)) {
            throw new TemplateFault(
                    line,
                    "unknown " + what + " " + Names.quoted(name),
                    "there are: " + String.join(", ", new TreeSet<>(names)));
        }
    }

    private void name(List<String> words, int i, int line) {
        String word = words.get(i);
        if ("(".equals(at(words, i + 1))) {
            known("function", word, TemplateEngine.FUNCTIONS, line);
        } else if (ROOTS.contains(word)) {
            path(words, i, line);
        } else if (!locals.contains(word) && !more.contains(word)) {
            throw new TemplateFault(
                    line,
                    "unknown name " + Names.quoted(word),
                    "templates read input.<column>, outputs.<cell> and state.<name>"
                            + besides()
                            + meant(words, i));
        }
    }

    private String besides() {
        return more.isEmpty() ? "" : ", this one also " + String.join(", ", new TreeSet<>(more));
    }

    /** A misspelt root keeps what follows it; a name by itself may be a column's. */
    private static String meant(List<String> words, int i) {
        String word = words.get(i);
        String property = ".".equals(at(words, i + 1)) ? at(words, i + 2) : "";
        if (property.isEmpty()) {
            return "; did you mean input." + word + "?";
        }
        return NearestName.of(word, ROOTS)
                .map(root -> "; did you mean " + root + "." + property + "?")
                .orElse("");
    }

    private void path(List<String> words, int i, int line) {
        String root = words.get(i);
        String first = "";
        int next = i + 1;
        if (".".equals(at(words, next)) && !"(".equals(at(words, next + 2))) {
            first = at(words, next + 1);
            next += 2;
        } else if ("[".equals(at(words, next))
                && at(words, next + 1).startsWith("'")
                && "]".equals(at(words, next + 2))) {
            first = at(words, next + 1).substring(1);
            next += 3;
        }
        switch (root) {
            case "input" -> input(first, words, next);
            case "outputs" -> {
                if (first.isEmpty()) {
                    allOutputs = true;
                } else {
                    cells.putIfAbsent(first, line);
                }
            }
            case "state" -> {
                if (first.isEmpty()) {
                    allState = true;
                } else {
                    states.putIfAbsent(first, line);
                }
            }
            default -> {}
        }
    }

    private void input(String name, List<String> words, int next) {
        if (name.isEmpty()) {
            wholeInput = true;
            return;
        }
        inputs.add(name);
        String after = at(words, next);
        String then = at(words, next + 1);
        if ("is".equals(after)) {
            String test = "not".equals(then) ? at(words, next + 2) : then;
            if ("defined".equals(test) || "undefined".equals(test)) {
                tested.add(name);
            }
        }
        boolean defaulted = "|".equals(after) && ("default".equals(then) || "d".equals(then));
        if (!defaulted) {
            required.add(name);
        }
    }

    private static String at(List<String> words, int i) {
        return i >= 0 && i < words.size() ? words.get(i) : "";
    }
}
