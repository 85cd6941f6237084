package io.rvbbit.it.dialect;

import java.math.BigDecimal;
import java.math.BigInteger;
import java.time.LocalDate;
import java.util.HexFormat;
import java.util.List;
import java.util.Random;
import java.util.StringJoiner;
import java.util.UUID;
import java.util.function.Function;

/**
 * Texts of values for every type that PostgreSQL and the engine both have, edges among them.
 *
 * <p>Threading: immutable, but a Random is one thread's.
 */
final class RandomValues {
    /** A type as SQL writes it, its OID, that of its arrays, and texts of its values. */
    record Kind(String type, int oid, int arrayOid, Function<Random, String> text) {
        /** The type without its length or digits, which a parameter's value need not fit. */
        String plain() {
            int parenthesis = type.indexOf('(');
            if (type.startsWith("char(")) {
                return "bpchar"; // a plain char has one character
            }
            return parenthesis < 0 ? type : type.substring(0, parenthesis);
        }
    }

    static final List<Kind> KINDS =
            List.of(
                    new Kind("bool", 16, 1000, random -> random.nextBoolean() ? "t" : "f"),
                    new Kind("int2", 21, 1005, edges(r -> "" + (short) r.nextInt(), "-32768")),
                    new Kind("int4", 23, 1007, edges(r -> "" + r.nextInt(), "-2147483648")),
                    new Kind("int8", 20, 1016, edges(r -> "" + r.nextLong(), "" + Long.MIN_VALUE)),
                    new Kind("oid", 26, 1028, edges(r -> "" + r.nextInt(1 << 30), "4294967295")),
                    new Kind("float4", 700, 1021, edges(RandomValues::float4, "NaN", "-Infinity")),
                    new Kind("float8", 701, 1022, edges(RandomValues::float8, "NaN", "Infinity")),
                    new Kind("numeric", 1700, 1231, edges(RandomValues::numeric, "0", "-1")),
                    new Kind("numeric(12,2)", 1700, 1231, r -> decimal(r, 29, 2)),
                    new Kind("numeric(38,9)", 1700, 1231, r -> decimal(r, 90, 9)),
                    new Kind("text", 25, 1009, edges(RandomValues::text, "", "NULL", "{}", "\\")),
                    new Kind("varchar", 1043, 1015, RandomValues::text),
                    new Kind("varchar(50)", 1043, 1015, RandomValues::text),
                    new Kind("char(5)", 1042, 1014, r -> "" + r.nextInt(10_000, 100_000)),
                    new Kind("name", 19, 1003, r -> "n" + r.nextInt()),
                    new Kind("bytea", 17, 1001, edges(RandomValues::bytea, "\\x")),
                    new Kind("date", 1082, 1182, edges(RandomValues::date, days())),
                    new Kind("time", 1083, 1183, edges(RandomValues::time, "24:00:00", "00:00")),
                    new Kind("time(3)", 1083, 1183, RandomValues::time),
                    new Kind("timetz", 1266, 1270, edges(RandomValues::timetz, "00:00+00")),
                    new Kind("timestamp", 1114, 1115, edges(RandomValues::timestamp, moments())),
                    new Kind("timestamp(3)", 1114, 1115, RandomValues::timestamp),
                    new Kind(
                            "timestamptz",
                            1184,
                            1185,
                            edges(r -> zoned(timestamp(r), "+05:30"), moments())),
                    new Kind("interval", 1186, 1187, edges(RandomValues::interval, spans())),
                    new Kind("uuid", 2950, 2951, r -> "" + new UUID(r.nextLong(), r.nextLong())),
                    new Kind("json", 114, 199, edges(RandomValues::json, " null ", "[1,  2]")),
                    new Kind("jsonb", 3802, 3807, edges(RandomValues::json, "null", "1.50")),
                    new Kind("bit(7)", 1560, 1561, r -> bits(r, 7)),
                    new Kind("varbit", 1562, 1563, r -> bits(r, 1 + r.nextInt(40))));

    private RandomValues() {}

    /** The edges come as often as everything else together. */
    private static Function<Random, String> edges(Function<Random, String> text, String... edges) {
        return random ->
                random.nextBoolean() ? text.apply(random) : edges[random.nextInt(edges.length)];
    }

    private static String[] days() {
        return new String[] {
            "infinity", "-infinity", "4713-11-24 BC", "0001-12-31 BC", "5874897-12-31", "2000-02-29"
        };
    }

    private static String[] moments() {
        return new String[] {
            "infinity",
            "-infinity",
            "4713-11-24 00:00:00 BC",
            "0001-12-31 23:59:59.999999 BC",
            "294246-12-31 23:59:59.999999",
            "1969-12-31 23:59:59.5"
        };
    }

    private static String[] spans() {
        return new String[] {
            "0",
            "178000000 years",
            "-178000000 years",
            "-2147483648 days",
            "2562047788:00:54.775807",
            "-1 year -2 mons +3 days -04:05:06.789",
            "1 mon -1 day"
        };
    }

    private static String float4(Random random) {
        return Float.toString(finite(Float.intBitsToFloat(random.nextInt())));
    }

    private static float finite(float value) {
        return Float.isFinite(value) ? value : 0.1f;
    }

    private static String float8(Random random) {
        double value = Double.longBitsToDouble(random.nextLong());
        return Double.toString(Double.isFinite(value) ? value : 0.1);
    }

    /**
     * As it is kept without precision: no zeros at the end, at most ten digits behind the point.
     */
    private static String numeric(Random random) {
        BigDecimal value = new BigDecimal(new BigInteger(80, random), random.nextInt(11));
        BigDecimal trimmed = value.stripTrailingZeros();
        return (random.nextBoolean() ? trimmed : trimmed.negate()).toPlainString();
    }

    private static String decimal(Random random, int bits, int scale) {
        return new BigDecimal(new BigInteger(bits, random), scale).toPlainString();
    }

    private static String text(Random random) {
        StringBuilder out = new StringBuilder();
        for (int i = random.nextInt(12); i > 0; i--) {
            int point =
                    random.nextBoolean() ? 1 + random.nextInt(126) : 1 + random.nextInt(0x10_FFFE);
            out.appendCodePoint(point >= 0xD800 && point <= 0xDFFF ? '"' : point);
        }
        return out.toString();
    }

    private static String bytea(Random random) {
        byte[] bytes = new byte[random.nextInt(12)];
        random.nextBytes(bytes);
        return "\\x" + HexFormat.of().formatHex(bytes);
    }

    private static String date(Random random) {
        LocalDate date = LocalDate.ofEpochDay(random.nextLong(-2_400_000, 100_000_000));
        int year = date.getYear();
        return "%04d-%02d-%02d%s"
                .formatted(
                        year > 0 ? year : 1 - year,
                        date.getMonthValue(),
                        date.getDayOfMonth(),
                        year > 0 ? "" : " BC");
    }

    private static String time(Random random) {
        return "%02d:%02d:%02d.%06d"
                .formatted(
                        random.nextInt(24),
                        random.nextInt(60),
                        random.nextInt(60),
                        random.nextInt(1_000_000));
    }

    private static String timetz(Random random) {
        int minutes = random.nextInt(15 * 60);
        return "%s%s%02d:%02d"
                .formatted(
                        time(random), random.nextBoolean() ? "+" : "-", minutes / 60, minutes % 60);
    }

    private static String timestamp(Random random) {
        return zoned(date(random), " " + time(random));
    }

    /** More text in front of the era. */
    private static String zoned(String moment, String more) {
        return moment.endsWith(" BC")
                ? moment.substring(0, moment.length() - 3) + more + " BC"
                : moment + more;
    }

    private static String interval(Random random) {
        return "%d years %d mons %d days %s%d:%02d:%02d.%06d"
                .formatted(
                        random.nextInt(-1000, 1000),
                        random.nextInt(-30, 30),
                        random.nextInt(-1000, 1000),
                        random.nextBoolean() ? "" : "-",
                        random.nextInt(2000),
                        random.nextInt(60),
                        random.nextInt(60),
                        random.nextInt(1_000_000));
    }

    private static String json(Random random) {
        return "{\"b%d\": [%d, %s, null], \"a\": \"x\\\"%d\"}"
                .formatted(
                        random.nextInt(9),
                        random.nextInt(),
                        random.nextBoolean(),
                        random.nextInt(9));
    }

    private static String bits(Random random, int length) {
        StringBuilder bits = new StringBuilder();
        for (int i = 0; i < length; i++) {
            bits.append(random.nextBoolean() ? '1' : '0');
        }
        return bits.toString();
    }

    /** An array of one dimension with NULLs, of none, or of two. */
    static String array(Kind kind, Random random) {
        return switch (random.nextInt(4)) {
            case 0 -> "{}";
            case 1 -> "{" + row(kind, random, 2) + "," + row(kind, random, 2) + "}";
            default -> row(kind, random, 1 + random.nextInt(3));
        };
    }

    /** An array of one dimension, NULLs among its elements. */
    static String row(Kind kind, Random random, int length) {
        StringJoiner row = new StringJoiner(",", "{", "}");
        for (int i = 0; i < length; i++) {
            String element = kind.text().apply(random).replace("\\", "\\\\");
            row.add(random.nextInt(5) == 0 ? "NULL" : '"' + element.replace("\"", "\\\"") + '"');
        }
        return row.toString();
    }
}
