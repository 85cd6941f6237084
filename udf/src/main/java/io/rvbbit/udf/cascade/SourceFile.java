package io.rvbbit.udf.cascade;

import io.rvbbit.rewriter.SqlException;
import io.rvbbit.rewriter.SqlState;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Supplier;

/**
 * One definition while it is read: its name, and the warnings so far.
 *
 * <p>Every fault of a definition is 22023, every part that is not supported 0A000; both begin with
 * {@code file:line:column:}. Threading: one thread.
 */
final class SourceFile {
    /** Others than we write messages too, and say all of what is wrong. */
    private static final int LONGEST = 2_000;

    private final String name;
    private final List<String> warnings = new ArrayList<>();
    private final List<SqlException> faults = new ArrayList<>();
    private final boolean everyFault;
    private final StateKeys state = new StateKeys();
    private SubCascades subCascades = SubCascades.NONE;
    private Optional<Set<String>> mcpServers = Optional.empty();
    private NamedValidators validators = new NamedValidators(this, Map.of());

    SourceFile(String name) {
        this(name, false);
    }

    /** {@code everyFault}: {@link #attempt} keeps faults and goes on. */
    SourceFile(String name, boolean everyFault) {
        this.everyFault = everyFault;
        this.name = name.isEmpty() ? "<inline>" : name;
    }

    /** Reads a part of the file which the parts after it can be read without. */
    <T> Optional<T> attempt(Supplier<T> part) {
        if (!everyFault) {
            return Optional.of(part.get());
        }
        try {
            return Optional.of(part.get());
        } catch (SqlException fault) {
            faults.add(fault);
            return Optional.empty();
        }
    }

    /** Throws a fault; keeps it where every fault is wanted. */
    void fault(SqlException fault) {
        if (!everyFault) {
            throw fault;
        }
        faults.add(fault);
    }

    /** Goes no further if a fault was kept. */
    void refuseFaulty() {
        if (!faults.isEmpty()) {
            throw faults.getFirst();
        }
    }

    /** What {@link #attempt} and {@link #fault} kept. */
    List<SqlException> faults() {
        return List.copyOf(faults);
    }

    /** The keys of the state that its cells may read. */
    StateKeys state() {
        return state;
    }

    /** The other cascades that it may name. */
    SubCascades subCascades() {
        return subCascades;
    }

    void subCascades(SubCascades others) {
        subCascades = others;
    }

    /** The MCP servers that it may name; empty where that is not known. */
    Optional<Set<String>> mcpServers() {
        return mcpServers;
    }

    void mcpServers(Optional<Set<String>> servers) {
        mcpServers = servers;
    }

    /** The validators that its cells may name. */
    NamedValidators validators() {
        return validators;
    }

    void validators(Map<String, SourceNode> named) {
        validators = new NamedValidators(this, named);
    }

    List<String> warnings() {
        return List.copyOf(warnings);
    }

    void warn(SourceNode.Place place, String message) {
        String located = located(place, message);
        if (!warnings.contains(located)) {
            warnings.add(located);
        }
    }

    SqlException wrong(SourceNode.Place place, String message) {
        return new SqlException(SqlState.INVALID_PARAMETER_VALUE, located(place, message));
    }

    SqlException unsupported(SourceNode.Place place, String what) {
        return new SqlException(
                SqlState.FEATURE_NOT_SUPPORTED, located(place, what + " is not supported yet"));
    }

    /** A fault of something that is named here, in its own state. */
    SqlException located(SourceNode.Place place, SqlException fault) {
        String message = located(place, String.valueOf(fault.getMessage()));
        return new SqlException(fault.state(), message, fault).hint(fault.hint().orElse(""));
    }

    CellPlace placeOf(SourceNode.Scalar template) {
        return new CellPlace(name, template.firstLine());
    }

    CellPlace placeOf(SourceNode.Place place) {
        return new CellPlace(name, place.line());
    }

    /** A fault within a template, at its own line of the file. */
    SqlException wrong(SourceNode.Scalar template, TemplateFault fault) {
        int line = template.firstLine() + Math.max(0, fault.line() - 1);
        boolean sameLine = line == template.place().line();
        int column = sameLine ? template.place().column() : 1;
        return wrong(new SourceNode.Place(line, column), fault.text()).hint(fault.hint());
    }

    private String located(SourceNode.Place place, String message) {
        String shown = message.length() <= LONGEST ? message : message.substring(0, LONGEST) + "…";
        return name + ":" + place.line() + ":" + place.column() + ": " + shown;
    }
}
