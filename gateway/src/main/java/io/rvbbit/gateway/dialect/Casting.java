package io.rvbbit.gateway.dialect;

import io.rvbbit.gateway.wire.DateStyle;
import io.rvbbit.gateway.wire.Interval;
import io.rvbbit.gateway.wire.PgType;
import io.rvbbit.rewriter.SqlException;
import io.rvbbit.rewriter.SqlText;
import java.math.BigDecimal;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.OffsetDateTime;
import java.time.OffsetTime;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** Casts and typed literals in the engine's words. Threading: stateless. */
final class Casting {
    private static final String PG = DialectCatalog.SCHEMA + ".";

    /** The catalogue's int2vector and oidvector columns, whose text is not an array's. */
    private static final Pattern VECTOR =
            Pattern.compile(
                    "(?i)(?:^|\\.)\"?(?:indkey|indclass|indcollation|indoption|proargtypes|tgattr|partattrs)\"?$");

    private Casting() {}

    /**
     * A string literal of a type.
     *
     * @param literal as it was written, for what both read alike
     * @throws SqlException 22P02 and its like, as PostgreSQL has it
     */
    static String literal(TypeSpec type, String value, String literal, DateStyle.Order order) {
        if (type.dimensions() > 0) {
            return array(type, value, order);
        }
        return switch (type.name()) {
            case "bool", "int2", "int4", "int8", "oid" ->
                    whole(Values.read(type.element().orElseThrow(), value))
                            + "::"
                            + type.elementEngine();
            case "numeric" -> numeric(type, value);
            case "float4", "float8" -> {
                Values.read(type.element().orElseThrow(), value);
                yield SqlText.literal(value.strip()) + "::" + type.elementEngine();
            }
            case "bytea" ->
                    "'" + Values.engineBlob((byte[]) Values.read(PgType.BYTEA, value)) + "'::BLOB";
            case "interval" -> interval(value);
            case "json" -> {
                JsonbText.parse(value);
                yield SqlText.literal(value) + "::JSON";
            }
            case "jsonb" -> SqlText.literal(JsonbText.canonical(value)) + "::JSON";
            case "date" -> date(value, order);
            case "timestamp" -> fraction(type, timestamp(value, order));
            case "timestamptz" -> {
                String now = moment(value, "now()", "TIMESTAMPTZ");
                if (now != null) {
                    yield now;
                }
                yield fraction(type, zoned(value, order));
            }
            case "time" -> fraction(type, "'" + Values.read(PgType.TIME, value) + "'::TIME");
            case "timetz" -> timetz(value, order);
            case "bit" -> bits(type, Values.read(PgType.BIT, value).toString());
            case "varbit" ->
                    SqlText.literal(Values.read(PgType.VARBIT, value).toString()) + "::BIT";
            case "uuid" -> "'" + Values.read(PgType.UUID, value) + "'::UUID";
            case "varchar", "bpchar", "text", "name" -> characters(type, value);
            default -> literal + "::" + type.engine();
        };
    }

    /** The sign belongs to the number: without parentheses the engine would cast first. */
    private static String whole(Object number) {
        String digits = number.toString();
        return digits.startsWith("-") ? "(" + digits + ")" : digits;
    }

    private static String numeric(TypeSpec type, String value) {
        Object number = Values.read(PgType.NUMERIC, value);
        String plain =
                number instanceof BigDecimal decimal ? decimal.toPlainString() : number.toString();
        if (!type.arguments().isEmpty()) {
            return plain + "::" + type.elementEngine();
        }
        boolean whole = plain.indexOf('.') < 0;
        return whole ? plain + "::DECIMAL(38,0)" : "(" + plain + ")";
    }

    static String interval(String value) {
        Interval interval = (Interval) Values.read(PgType.INTERVAL, value);
        return "INTERVAL '" + interval + "'";
    }

    private static @Nullable String moment(String value, String now, String type) {
        return switch (value.strip().toLowerCase(Locale.ROOT)) {
            case "now" -> now;
            case "today" -> "current_date::" + type;
            case "tomorrow" -> "(current_date + 1)::" + type;
            case "yesterday" -> "(current_date - 1)::" + type;
            case "epoch" -> "'1970-01-01'::" + type;
            default -> null;
        };
    }

    private static String date(String value, DateStyle.Order order) {
        String now = moment(value, "current_date", "DATE");
        if (now != null) {
            return now;
        }
        LocalDate date = (LocalDate) Values.read(PgType.DATE, value, ZoneOffset.UTC, order);
        return "'" + engineDate(date) + "'::DATE";
    }

    private static String engineDate(LocalDate date) {
        if (date.equals(LocalDate.MAX) || date.equals(LocalDate.MIN)) {
            return date.equals(LocalDate.MAX) ? "infinity" : "-infinity";
        }
        int year = date.getYear() > 0 ? date.getYear() : 1 - date.getYear();
        return "%04d-%02d-%02d%s"
                .formatted(
                        year,
                        date.getMonthValue(),
                        date.getDayOfMonth(),
                        date.getYear() > 0 ? "" : " (BC)");
    }

    private static String timestamp(String value, DateStyle.Order order) {
        String now = moment(value, "now()::TIMESTAMP", "TIMESTAMP");
        if (now != null) {
            return now;
        }
        LocalDateTime time =
                (LocalDateTime) Values.read(PgType.TIMESTAMP, value, ZoneOffset.UTC, order);
        if (time.equals(LocalDateTime.MAX) || time.equals(LocalDateTime.MIN)) {
            return (time.equals(LocalDateTime.MAX) ? "'infinity'" : "'-infinity'") + "::TIMESTAMP";
        }
        return "'" + engineTimestamp(time) + "'::TIMESTAMP";
    }

    private static String engineTimestamp(LocalDateTime time) {
        String text = engineDate(time.toLocalDate());
        String era = text.endsWith(" (BC)") ? " (BC)" : "";
        String day = text.substring(0, text.length() - era.length());
        return day + era + " " + DateTimeFormatter.ISO_LOCAL_TIME.format(time.toLocalTime());
    }

    /** The engine wants seconds, and an offset in digits. */
    private static String timetz(String value, DateStyle.Order order) {
        Object inUtc = Values.read(PgType.TIMETZ, value, ZoneOffset.UTC, order);
        ZoneOffset other = ZoneOffset.ofHours(1);
        if (!inUtc.equals(Values.read(PgType.TIMETZ, value, other, order))) {
            return SqlText.literal(value) + "::TIMETZ";
        }
        String text =
                inUtc instanceof OffsetTime time
                        ? DateTimeFormatter.ISO_LOCAL_TIME.format(time)
                                + (time.getOffset().equals(ZoneOffset.UTC)
                                        ? "+00"
                                        : time.getOffset().getId())
                        : inUtc.toString();
        return "'" + text + "'::TIMETZ";
    }

    /** Without an offset of its own the text is a time of day in the session's zone. */
    private static String zoned(String value, DateStyle.Order order) {
        Object inUtc = Values.read(PgType.TIMESTAMPTZ, value, ZoneOffset.UTC, order);
        Object elsewhere = Values.read(PgType.TIMESTAMPTZ, value, ZoneOffset.ofHours(1), order);
        OffsetDateTime moment = (OffsetDateTime) inUtc;
        if (moment.equals(OffsetDateTime.MAX) || moment.equals(OffsetDateTime.MIN)) {
            return (moment.equals(OffsetDateTime.MAX) ? "'infinity'" : "'-infinity'")
                    + "::TIMESTAMPTZ";
        }
        LocalDateTime local = moment.withOffsetSameInstant(ZoneOffset.UTC).toLocalDateTime();
        boolean explicit = moment.isEqual((OffsetDateTime) elsewhere);
        String text = engineTimestamp(local);
        return explicit
                ? "'" + text + "+00'::TIMESTAMPTZ"
                : "('" + text + "'::TIMESTAMP::TIMESTAMPTZ)";
    }

    private static String bits(TypeSpec type, String digits) {
        int length = type.arguments().isEmpty() ? 1 : type.arguments().getFirst();
        String fitted =
                digits.length() >= length
                        ? digits.substring(0, length)
                        : digits + "0".repeat(length - digits.length());
        return "'" + fitted + "'::BIT";
    }

    private static String characters(TypeSpec type, String value) {
        if (type.name().equals("name")) {
            return SqlText.literal(value) + "::VARCHAR";
        }
        boolean bounded = !type.arguments().isEmpty();
        int most =
                bounded ? type.arguments().getFirst() : isCharacter(type) ? 1 : Integer.MAX_VALUE;
        int length = value.codePointCount(0, value.length());
        String text = length > most ? value.substring(0, value.offsetByCodePoints(0, most)) : value;
        if (type.name().equals("bpchar")) {
            text = text.stripTrailing();
        }
        return SqlText.literal(text) + "::VARCHAR";
    }

    /** {@code '{1,NULL}'} as a list; elements are read as PostgreSQL reads them. */
    static String array(TypeSpec type, String value, DateStyle.Order order) {
        if (Values.isEngineList(value)) {
            return SqlText.literal(value) + "::" + type.engine();
        }
        Optional<PgType> element = type.element();
        PgType read = element.flatMap(PgType::array).orElse(PgType.TEXT.array().orElseThrow());
        boolean checked =
                switch (type.name()) {
                    case "int2", "int4", "int8", "bool", "float4", "float8", "bytea", "uuid" ->
                            true;
                    default -> false;
                };
        if (checked) {
            Values.read(read, value);
        }
        List<?> texts = (List<?>) Values.read(PgType.TEXT.array().orElseThrow(), value);
        TypeSpec one = new TypeSpec(type.name(), type.written(), type.arguments(), 0, type.end());
        int depth = depth(texts);
        return list(texts, one, order) + "::" + type.elementEngine() + "[]".repeat(depth);
    }

    private static int depth(List<?> values) {
        return !values.isEmpty() && values.getFirst() instanceof List<?> inner
                ? depth(inner) + 1
                : 1;
    }

    private static String list(List<?> values, TypeSpec element, DateStyle.Order order) {
        StringBuilder out = new StringBuilder("[");
        String comma = "";
        for (Object value : values) {
            out.append(comma);
            comma = ", ";
            if (value instanceof List<?> inner) {
                out.append(list(inner, element, order));
            } else if (value == null) {
                out.append("NULL");
            } else if (element.name().equals("numeric")) {
                // Numbers of one list would all get the scale of the first.
                out.append(SqlText.literal(value.toString()));
            } else if (element.isKnown()) {
                out.append(literal(element, value.toString(), "", order));
            } else {
                out.append(SqlText.literal(value.toString()));
            }
        }
        return out.append(']').toString();
    }

    /** An array literal whose element type nobody tells: numbers if all of them are. */
    static String untypedArray(String value) {
        List<?> texts = (List<?>) Values.read(PgType.TEXT.array().orElseThrow(), value);
        boolean numbers =
                !texts.isEmpty()
                        && texts.stream()
                                .allMatch(text ->
                                        text == null || text.toString().matches("-?\\d{1,18}"));
        StringBuilder out = new StringBuilder("[");
        String comma = "";
        for (Object text : texts) {
            out.append(comma);
            comma = ", ";
            if (text == null || numbers) {
                out.append(text == null ? "NULL" : text);
            } else {
                out.append(SqlText.literal(text.toString()));
            }
        }
        return out.append(']').toString();
    }

    /**
     * An expression, no string literal, as another type.
     *
     * @param open whether the engine cannot tell the operand's type when it chooses a macro: it
     *     holds a parameter or an aggregate
     */
    static String cast(TypeSpec type, String operand, boolean open) {
        String plain = operand + "::" + type.engine();
        if (type.dimensions() > 0) {
            return open ? plain : PG + "_array(" + operand + ")::" + type.engine();
        }
        boolean number = operand.matches("-?[0-9][0-9_]*(\\.[0-9]*)?");
        return switch (type.name()) {
            case "numeric" -> {
                if (!type.arguments().isEmpty() || open) {
                    yield plain;
                }
                if (number) {
                    yield operand.indexOf('.') < 0 ? operand + "::DECIMAL(38,0)" : operand;
                }
                yield PG + "_numeric(" + operand + ")";
            }
            case "text", "name", "varchar", "bpchar" -> text(type, operand);
            case "bit", "varbit" -> fitted(type, operand);
            case "bytea" -> open ? plain : PG + "_bytea(" + operand + ")";
            case "jsonb" -> operand.startsWith("$") ? plain : PG + "_jsonb(" + operand + ")";
            case "bool" -> open ? plain : PG + "_boolean(" + operand + ")";
            case "interval" -> open ? plain : PG + "_interval(" + operand + ")";
            case "int2", "int4", "int8" -> plain;
            case "timestamp", "timestamptz", "time" ->
                    fraction(type, operand + "::" + type.elementEngine());
            default -> plain;
        };
    }

    /** Only a parameter's bits are fitted to the length: numbers have others at their end. */
    private static String fitted(TypeSpec type, String operand) {
        boolean single = type.name().equals("bit") && type.arguments().isEmpty();
        if (!operand.startsWith("$") || (type.arguments().isEmpty() && !single)) {
            return operand + "::BIT";
        }
        int length = single ? 1 : type.arguments().getFirst();
        return type.name().equals("bit")
                ? "rpad(%s::VARCHAR, %d, '0')::BIT".formatted(operand, length)
                : "left(%s::VARCHAR, %d)::BIT".formatted(operand, length);
    }

    private static String text(TypeSpec type, String operand) {
        if (operand.startsWith("$")) {
            return bounded(type, operand + "::VARCHAR");
        }
        if (VECTOR.matcher(operand).find()) {
            return "array_to_string(" + operand + ", ' ')";
        }
        return isBounded(type) ? bounded(type, operand) : PG + "_text(" + operand + ")";
    }

    private static boolean isBounded(TypeSpec type) {
        return !type.arguments().isEmpty() || isCharacter(type);
    }

    /** {@code char}, which without a length has 1; {@code bpchar} has none then. */
    private static boolean isCharacter(TypeSpec type) {
        return type.name().equals("bpchar") && !type.written().equalsIgnoreCase("bpchar");
    }

    private static String bounded(TypeSpec type, String operand) {
        if (!isBounded(type)) {
            return operand;
        }
        int length = type.arguments().isEmpty() ? 1 : type.arguments().getFirst();
        return PG + (isCharacter(type) ? "_char(" : "_varchar(") + operand + ", " + length + ")";
    }

    /** Digits behind the second, rounded as PostgreSQL rounds. */
    private static String fraction(TypeSpec type, String value) {
        if (type.arguments().isEmpty() || type.arguments().getFirst() >= 6) {
            return value;
        }
        int digits = type.arguments().getFirst();
        long unit = 1;
        for (int i = digits; i < 6; i++) {
            unit *= 10;
        }
        String base = type.name().equals("time") ? "'1970-01-01'::DATE + " + value : value;
        return "(time_bucket(INTERVAL '%d microseconds', %s + INTERVAL '%d microseconds')%s)"
                .formatted(unit, base, unit / 2, type.name().equals("time") ? "::TIME" : "");
    }
}
