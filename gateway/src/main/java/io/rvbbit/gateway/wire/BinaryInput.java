package io.rvbbit.gateway.wire;

import io.rvbbit.rewriter.SqlException;
import io.rvbbit.rewriter.SqlState;
import java.math.BigDecimal;
import java.time.DateTimeException;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.LocalTime;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * Values in PostgreSQL's binary form, read to the last byte; the reverse of {@link BinaryFormat}.
 */
final class BinaryInput {
    private static final int MAX_DIMENSIONS = 6;
    private static final int NUMERIC_MAX_SCALE = 0x3FFF;
    private static final LocalDateTime EPOCH = LocalDateTime.of(2000, 1, 1, 0, 0);

    private BinaryInput() {}

    static Object parse(PgType type, byte[] bytes) {
        MessageBody in = new MessageBody(bytes);
        Object value = type.isArray() ? array(type, in) : scalar(type, in);
        if (!in.atEnd()) {
            throw wrong("incorrect binary data format");
        }
        return value;
    }

    private static Object scalar(PgType type, MessageBody in) {
        return switch (type) {
            case BOOL -> in.int8() != 0;
            case INT2 -> in.int16();
            case INT4 -> in.int32();
            case INT8 -> in.int64();
            case OID,
                    XID,
                    CID,
                    REGPROC,
                    REGPROCEDURE,
                    REGOPER,
                    REGOPERATOR,
                    REGCLASS,
                    REGTYPE,
                    REGCONFIG,
                    REGDICTIONARY,
                    REGNAMESPACE,
                    REGROLE,
                    REGCOLLATION ->
                    Integer.toUnsignedLong(in.int32());
            case FLOAT4 -> Float.intBitsToFloat(in.int32());
            case FLOAT8 -> Double.longBitsToDouble(in.int64());
            case NUMERIC -> numeric(in);
            case BYTEA -> in.rest();
            case TEXT, VARCHAR, BPCHAR, NAME, CHAR, JSON, XML, UNKNOWN, REFCURSOR, CSTRING ->
                    Utf8.decodeValue(in.rest());
            case JSONB -> jsonb(in);
            case DATE -> date(in.int32());
            case TIME -> time(in.int64());
            case TIMETZ -> timetz(in);
            case TIMESTAMP -> timestamp(in.int64());
            case TIMESTAMPTZ -> timestamptz(in.int64());
            case INTERVAL -> interval(in);
            case UUID -> new UUID(in.int64(), in.int64());
            case BIT, VARBIT -> bits(in);
            default -> throw ParameterDecoder.noBinary(type.sqlName());
        };
    }

    private static BigDecimal numeric(MessageBody in) {
        int count = in.unsigned16();
        int weight = in.int16();
        int sign = in.unsigned16();
        int scale = in.unsigned16();
        if (sign == 0xC000 || sign == 0xD000 || sign == 0xF000) {
            throw new SqlException(
                    SqlState.FEATURE_NOT_SUPPORTED, "numeric NaN and infinity are not supported");
        }
        if (sign != NumericBinary.POSITIVE && sign != NumericBinary.NEGATIVE) {
            throw wrong("invalid sign in external \"numeric\" value");
        }
        if (scale > NUMERIC_MAX_SCALE) {
            throw wrong("invalid scale in external \"numeric\" value");
        }
        short[] groups = new short[Math.min(count, in.remaining() / 2 + 1)];
        for (int i = 0; i < count; i++) {
            groups[i] = in.int16();
            if (groups[i] < 0 || groups[i] > 9999) {
                throw wrong("invalid digit in external \"numeric\" value");
            }
        }
        return NumericBinary.read(groups, weight, sign == NumericBinary.NEGATIVE, scale);
    }

    private static String jsonb(MessageBody in) {
        byte version = in.int8();
        if (version != 1) {
            throw wrong("unsupported jsonb version number " + version);
        }
        return Utf8.decodeValue(in.rest());
    }

    private static LocalDate date(int days) {
        return switch (days) {
            case Integer.MAX_VALUE -> LocalDate.MAX;
            case Integer.MIN_VALUE -> LocalDate.MIN;
            default -> LocalDate.ofEpochDay((long) days + Temporal.EPOCH_2000_DAYS);
        };
    }

    private static Object time(long micros) {
        if (micros < 0 || micros > Temporal.MICROS_PER_DAY) {
            throw new SqlException(SqlState.DATETIME_FIELD_OVERFLOW, "time out of range");
        }
        return micros == Temporal.MICROS_PER_DAY
                ? Temporal.END_OF_DAY
                : LocalTime.ofNanoOfDay(micros * 1_000);
    }

    private static Object timetz(MessageBody in) {
        Object time = time(in.int64());
        int west = in.int32();
        try {
            ZoneOffset offset = ZoneOffset.ofTotalSeconds(-west);
            return time instanceof LocalTime local
                    ? local.atOffset(offset)
                    : Temporal.endOfDay(offset);
        } catch (DateTimeException e) {
            throw new SqlException(
                    SqlState.DATETIME_FIELD_OVERFLOW, "time zone displacement out of range", e);
        }
    }

    private static LocalDateTime timestamp(long micros) {
        if (micros == Long.MAX_VALUE) {
            return LocalDateTime.MAX;
        }
        return micros == Long.MIN_VALUE ? LocalDateTime.MIN : EPOCH.plus(micros, ChronoUnit.MICROS);
    }

    private static OffsetDateTime timestamptz(long micros) {
        if (micros == Long.MAX_VALUE) {
            return OffsetDateTime.MAX;
        }
        return micros == Long.MIN_VALUE
                ? OffsetDateTime.MIN
                : timestamp(micros).atOffset(ZoneOffset.UTC);
    }

    private static Interval interval(MessageBody in) {
        long micros = in.int64();
        int days = in.int32();
        if (micros == Long.MIN_VALUE) {
            throw new SqlException(SqlState.DATETIME_FIELD_OVERFLOW, "interval out of range");
        }
        return new Interval(in.int32(), days, micros);
    }

    private static String bits(MessageBody in) {
        int length = in.int32();
        byte[] packed = in.rest();
        if (length < 0 || (length + 7L) / 8 != packed.length) {
            throw wrong("invalid length in external bit string");
        }
        StringBuilder bits = new StringBuilder(length);
        for (int i = 0; i < length; i++) {
            bits.append((packed[i >> 3] >> (7 - (i & 7)) & 1) == 0 ? '0' : '1');
        }
        return bits.toString();
    }

    private static List<@Nullable Object> array(PgType type, MessageBody in) {
        PgType element = type.element().orElseThrow();
        int depth = in.int32();
        if (depth < 0 || depth > MAX_DIMENSIONS) {
            throw new SqlException(
                    SqlState.PROGRAM_LIMIT_EXCEEDED,
                    "number of array dimensions (%d) exceeds the maximum allowed (%d)"
                            .formatted(depth, MAX_DIMENSIONS));
        }
        int flags = in.int32();
        if (flags != 0 && flags != 1) {
            throw wrong("invalid array flags");
        }
        int oid = in.int32();
        // Like PostgreSQL: an OID beyond the built-in types says nothing, a built-in one must fit.
        if (oid != element.oid() && Integer.compareUnsigned(oid, 10_000) < 0) {
            throw new SqlException(
                    SqlState.DATATYPE_MISMATCH,
                    "binary data has array element type %d instead of expected %d (%s)"
                            .formatted(oid, element.oid(), element.sqlName()));
        }
        int[] dimensions = new int[depth];
        long count = 1;
        for (int i = 0; i < depth; i++) {
            dimensions[i] = in.int32();
            in.int32(); // the lower bound, which Java's lists don't have
            count = dimensions[i] < 0 ? -1 : count * dimensions[i];
            // Checked each time, so that the product can't run over.
            if (count < 0 || count > Integer.MAX_VALUE) {
                throw new SqlException(
                        SqlState.PROGRAM_LIMIT_EXCEEDED, "array size exceeds the maximum allowed");
            }
        }
        if (depth == 0 || count == 0) {
            return new ArrayList<>();
        }
        if (count > in.remaining() / 4) {
            throw new SqlException(
                    SqlState.PROTOCOL_VIOLATION, "insufficient data left in message");
        }
        return level(element, dimensions, 0, in);
    }

    private static List<@Nullable Object> level(
            PgType element, int[] dimensions, int depth, MessageBody in) {
        List<@Nullable Object> values = new ArrayList<>(dimensions[depth]);
        for (int i = 0; i < dimensions[depth]; i++) {
            if (depth < dimensions.length - 1) {
                values.add(level(element, dimensions, depth + 1, in));
            } else {
                byte[] bytes = in.value();
                values.add(bytes == null ? null : parse(element, bytes));
            }
        }
        return values;
    }

    private static SqlException wrong(String message) {
        return new SqlException(SqlState.INVALID_BINARY_REPRESENTATION, message);
    }
}
