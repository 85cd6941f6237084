package io.rvbbit.gateway.engine;

import io.rvbbit.rewriter.SqlState;
import java.util.List;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** The table of what DuckDB says and what PostgreSQL would. Threading: immutable. */
final class ErrorRules {
    /** {@code words} may use $1 …; without words DuckDB's own stand. */
    record Rule(String kind, Pattern pattern, SqlState state, @Nullable String words) {}

    private static Rule rule(String kind, String pattern, SqlState state, @Nullable String words) {
        return new Rule(kind, Pattern.compile(pattern, Pattern.DOTALL), state, words);
    }

    private static Rule rule(String kind, String pattern, SqlState state) {
        return rule(kind, pattern, state, null);
    }

    private static final String NAME = "\"?([^\"\\n]+?)\"?";

    /** The first rule that matches wins; kind "" matches every kind. */
    static final List<Rule> ALL =
            List.of(
                    rule(
                            "",
                            "Current transaction is aborted.*",
                            SqlState.IN_FAILED_TRANSACTION,
                            "current transaction is aborted, commands ignored until end of transaction block"),
                    // Whoever cancels says so himself. Nobody did, so one of the engine's threads
                    // has
                    // failed, and the reader met the interrupt of the others before the reason.
                    rule(
                            "INTERRUPT",
                            ".*",
                            SqlState.INTERNAL_ERROR,
                            "the statement failed, but the engine told only that it had stopped, not"
                                    + " why"),
                    rule(
                            "",
                            ".*(?:NOT NULL constraint failed): (\\S+?)\\.([^.\\n]+)\\s*",
                            SqlState.NOT_NULL_VIOLATION,
                            "null value in column \"$2\" of relation \"$1\" violates not-null constraint"),
                    rule(
                            "",
                            ".*CHECK constraint failed on table .*'varchar\\((\\d+)\\)' != ''.*",
                            SqlState.STRING_TOO_LONG,
                            "value too long for type character varying($1)"),
                    rule(
                            "",
                            ".*CHECK constraint failed on table .*'bpchar\\((\\d+)\\)' != ''.*",
                            SqlState.STRING_TOO_LONG,
                            "value too long for type character($1)"),
                    rule(
                            "",
                            ".*cannot take logarithm of zero.*",
                            SqlState.INVALID_LOGARITHM,
                            "cannot take logarithm of zero"),
                    rule(
                            "",
                            ".*cannot take logarithm of a negative number.*",
                            SqlState.INVALID_LOGARITHM,
                            "cannot take logarithm of a negative number"),
                    rule(
                            "",
                            ".*cannot take square root of a negative number.*",
                            SqlState.INVALID_POWER,
                            "cannot take square root of a negative number"),
                    rule(
                            "",
                            ".*LIMIT/OFFSET cannot be negative.*",
                            SqlState.INVALID_LIMIT,
                            "LIMIT must not be negative"),
                    rule(
                            "",
                            "extract specifier \"([^\"]*)\" not recognized.*",
                            SqlState.INVALID_PARAMETER_VALUE,
                            "unit \"$1\" not recognized"),
                    rule(
                            "",
                            "Date out of range: (.*)",
                            SqlState.DATETIME_FIELD_OVERFLOW,
                            "date field value out of range: $1"),
                    rule(
                            "",
                            "Could not cast value \\S+ to DECIMAL.*",
                            SqlState.NUMERIC_OUT_OF_RANGE,
                            "numeric field overflow"),
                    rule(
                            "",
                            ".*CHECK constraint failed on table (\\S+).*",
                            SqlState.CHECK_VIOLATION,
                            "new row for relation \"$1\" violates check constraint"),
                    rule(
                            "",
                            ".*(?:PRIMARY KEY or UNIQUE constraint|Duplicate key|duplicate key).*",
                            SqlState.UNIQUE_VIOLATION,
                            "duplicate key value violates unique constraint"),
                    rule(
                            "",
                            ".*iolates foreign key constraint because key .*",
                            SqlState.FOREIGN_KEY_VIOLATION,
                            "insert, update or delete violates foreign key constraint"),
                    rule("", ".*[Ff]oreign key constraint.*", SqlState.FOREIGN_KEY_VIOLATION),
                    rule(
                            "",
                            ".*(?:write-write conflict|Conflict on|Transaction conflict).*",
                            SqlState.SERIALIZATION_FAILURE,
                            "could not serialize access due to concurrent update"),
                    rule(
                            "",
                            ".*transaction is launched in read-only mode.*",
                            SqlState.READ_ONLY_TRANSACTION,
                            "cannot execute this statement in a read-only transaction"),
                    rule(
                            "",
                            "Cannot execute statement of type \"(\\w+)\" on database \"(\\w+)\".*read-only.*",
                            SqlState.INSUFFICIENT_PRIVILEGE,
                            "permission denied for database \"$2\""),
                    rule(
                            "TransactionContext",
                            "cannot start a transaction.*",
                            SqlState.ACTIVE_TRANSACTION,
                            "there is already a transaction in progress"),
                    rule(
                            "TransactionContext",
                            ".*no transaction is active.*",
                            SqlState.NO_ACTIVE_TRANSACTION,
                            "there is no transaction in progress"),
                    rule(
                            "Catalog",
                            "Table with name \"?[^\"]*?\"? does not exist because schema "
                                    + NAME
                                    + " does not exist.*",
                            SqlState.INVALID_SCHEMA_NAME,
                            "schema \"$1\" does not exist"),
                    rule(
                            "Catalog",
                            "(?:Table|View) with name " + NAME + " already exists!.*",
                            SqlState.DUPLICATE_TABLE,
                            "relation \"$1\" already exists"),
                    rule(
                            "Catalog",
                            "Schema with name " + NAME + " already exists!.*",
                            SqlState.DUPLICATE_SCHEMA,
                            "schema \"$1\" already exists"),
                    rule(
                            "Catalog",
                            "Column with name " + NAME + " already exists!.*",
                            SqlState.DUPLICATE_COLUMN,
                            "column \"$1\" already exists"),
                    rule(
                            "Catalog",
                            "(?:Index|Sequence) with name " + NAME + " already exists!.*",
                            SqlState.DUPLICATE_TABLE,
                            "relation \"$1\" already exists"),
                    rule("Catalog", ".* already exists!.*", SqlState.DUPLICATE_OBJECT),
                    rule(
                            "Catalog",
                            "Existing object (\\S+) is of type (\\w+), trying to (?:drop|replace|alter)[^.]* type (\\w+).*",
                            SqlState.DATATYPE_MISMATCH,
                            "\"$1\" is not a $3"),
                    rule(
                            "Catalog",
                            "unrecognized configuration parameter " + NAME + "(?:\n.*)?",
                            SqlState.UNDEFINED_OBJECT,
                            "unrecognized configuration parameter \"$1\""),
                    rule(
                            "Catalog",
                            "(?:Table|View) with name " + NAME + " does not exist!.*",
                            SqlState.UNDEFINED_TABLE,
                            "relation \"$1\" does not exist"),
                    rule(
                            "Catalog",
                            "(?:Index|Sequence) with name " + NAME + " does not exist!.*",
                            SqlState.UNDEFINED_TABLE,
                            "relation \"$1\" does not exist"),
                    rule(
                            "Catalog",
                            "Schema with name " + NAME + " does not exist!.*",
                            SqlState.INVALID_SCHEMA_NAME,
                            "schema \"$1\" does not exist"),
                    rule(
                            "Catalog",
                            "SET (?:schema|search_path): No catalog \\+ schema named "
                                    + NAME
                                    + " found.*",
                            SqlState.INVALID_SCHEMA_NAME,
                            "schema \"$1\" does not exist"),
                    rule(
                            "",
                            "Catalog (?:with name )?" + NAME + " does not exist!.*",
                            SqlState.INVALID_CATALOG_NAME,
                            "database \"$1\" does not exist"),
                    rule(
                            "Catalog",
                            "(?:Scalar |Table |Aggregate |Pragma |Macro |Table Macro |Macro )?Function with name "
                                    + NAME
                                    + " does not exist!.*",
                            SqlState.UNDEFINED_FUNCTION,
                            "function \"$1\" does not exist"),
                    rule(
                            "Catalog",
                            "Type with name " + NAME + " does not exist!.*",
                            SqlState.UNDEFINED_OBJECT,
                            "type \"$1\" does not exist"),
                    rule("Catalog", ".* does not exist.*", SqlState.UNDEFINED_OBJECT),
                    rule(
                            "Binder",
                            "Referenced column " + NAME + " (?:not found|was not found).*",
                            SqlState.UNDEFINED_COLUMN,
                            "column \"$1\" does not exist"),
                    rule(
                            "Binder",
                            "Table "
                                    + NAME
                                    + " does not have a column (?:named|with name) "
                                    + NAME
                                    + "(?:\n.*)?",
                            SqlState.UNDEFINED_COLUMN,
                            "column \"$2\" of relation \"$1\" does not exist"),
                    rule(
                            "Binder",
                            "Referenced update column (\\S+) not found.*",
                            SqlState.UNDEFINED_COLUMN,
                            "column \"$1\" does not exist"),
                    rule(
                            "Binder",
                            "Referenced table " + NAME + " not found!.*",
                            SqlState.UNDEFINED_TABLE,
                            "missing FROM-clause entry for table \"$1\""),
                    rule(
                            "Binder",
                            "Ambiguous reference to column name " + NAME + " .*",
                            SqlState.AMBIGUOUS_COLUMN,
                            "column reference \"$1\" is ambiguous"),
                    rule(
                            "Binder",
                            ".*(?:must appear in the GROUP BY clause).*",
                            SqlState.GROUPING_ERROR),
                    rule(
                            "Binder",
                            "\\w+ clause cannot contain (?:aggregates|window functions).*",
                            SqlState.GROUPING_ERROR),
                    rule(
                            "Binder",
                            "No function matches the given name and argument types '(.*?)'\\..*",
                            SqlState.UNDEFINED_FUNCTION,
                            "function $1 does not exist"),
                    rule(
                            "Binder",
                            "Prepared statement " + NAME + " does not exist.*",
                            SqlState.INVALID_STATEMENT_NAME,
                            "prepared statement \"$1\" does not exist"),
                    rule(
                            "Binder",
                            ".*(?:[Cc]annot compare values of type|Cannot mix values|type mismatch|Cannot combine types).*",
                            SqlState.DATATYPE_MISMATCH),
                    rule("Binder", ".*the books have no table.*", SqlState.UNDEFINED_TABLE),
                    rule(
                            "Binder",
                            "Duplicate column name " + NAME + " in INSERT.*",
                            SqlState.DUPLICATE_COLUMN,
                            "column \"$1\" specified more than once"),
                    rule("Binder", ".*", SqlState.SYNTAX_ERROR),
                    rule(
                            "Parser",
                            "(?:SELECT INTO|.*) not supported!?.*",
                            SqlState.FEATURE_NOT_SUPPORTED),
                    rule("Parser", ".*", SqlState.SYNTAX_ERROR),
                    rule(
                            "Conversion",
                            "Could not convert string '(.*)' to (\\w+).*",
                            SqlState.INVALID_TEXT_REPRESENTATION,
                            "invalid input syntax for type $2: \"$1\""),
                    rule(
                            "Conversion",
                            "(?:invalid|[Uu]nable to|timestamp field|date field|time field|Could not parse).*(?:format|out of range).*",
                            SqlState.INVALID_DATETIME_FORMAT),
                    rule(
                            "Conversion",
                            ".*value is out of range for the destination type (INT\\d+)(?!\\w).*",
                            SqlState.NUMERIC_OUT_OF_RANGE,
                            "$1 out of range"),
                    rule("Conversion", ".*out of range.*", SqlState.NUMERIC_OUT_OF_RANGE),
                    rule(
                            "Conversion",
                            "Malformed JSON.*",
                            SqlState.INVALID_TEXT_REPRESENTATION,
                            "invalid input syntax for type json"),
                    rule(
                            "Invalid Input",
                            "Malformed JSON.*",
                            SqlState.INVALID_TEXT_REPRESENTATION,
                            "invalid input syntax for type json"),
                    rule("Conversion", ".*", SqlState.INVALID_TEXT_REPRESENTATION),
                    rule(
                            "",
                            ".*[Dd]ivi(?:de|sion) by zero.*",
                            SqlState.DIVISION_BY_ZERO,
                            "division by zero"),
                    rule("Out of Range", ".*", SqlState.NUMERIC_OUT_OF_RANGE),
                    rule("Out of Memory", ".*", SqlState.OUT_OF_MEMORY),
                    rule("Permission", ".*", SqlState.INSUFFICIENT_PRIVILEGE),
                    rule(
                            "",
                            "Cannot change configuration option \"(\\w+)\".*locked.*",
                            SqlState.INSUFFICIENT_PRIVILEGE,
                            "permission denied to set parameter \"$1\""),
                    rule("Dependency", ".*", SqlState.DEPENDENT_OBJECTS_STILL_EXIST),
                    rule("Constraint", ".*", SqlState.INTEGRITY_CONSTRAINT_VIOLATION),
                    rule("Not implemented", ".*", SqlState.FEATURE_NOT_SUPPORTED),
                    rule("Mismatch Type", ".*", SqlState.DATATYPE_MISMATCH),
                    rule(
                            "",
                            "More than one row returned by a subquery.*",
                            SqlState.CARDINALITY_VIOLATION,
                            "more than one row returned by a subquery used as an expression"),
                    rule(
                            "Invalid Input",
                            "Parameter count mismatch.*",
                            SqlState.PROTOCOL_VIOLATION,
                            "the statement needs another number of parameters"),
                    rule("IO", ".*No space left.*", SqlState.DISK_FULL),
                    rule("IO", ".*", SqlState.IO_ERROR),
                    rule("TransactionContext", ".*", SqlState.SERIALIZATION_FAILURE),
                    rule("Invalid Input", ".*", SqlState.DATA_EXCEPTION),
                    rule("Sequence", ".*", SqlState.OBJECT_NOT_IN_PREREQUISITE_STATE));

    private ErrorRules() {}
}
