package io.rvbbit.gateway.wire;

import java.util.Arrays;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import java.util.stream.Collectors;

/**
 * The types of PostgreSQL that may stand in a result, a parameter or the catalog.
 *
 * <p>OIDs are PostgreSQL's own, the same in every version: clients know them by heart. Threading:
 * immutable.
 */
public enum PgType {
    BOOL(16, "bool", "boolean", 1, 'B'),
    BYTEA(17, "bytea", "bytea", -1, 'U'),
    CHAR(18, "char", "\"char\"", 1, 'Z'),
    NAME(19, "name", "name", 64, 'S'),
    INT8(20, "int8", "bigint", 8, 'N'),
    INT2(21, "int2", "smallint", 2, 'N'),
    INT2VECTOR(22, "int2vector", "int2vector", -1, 'A'),
    INT4(23, "int4", "integer", 4, 'N'),
    REGPROC(24, "regproc", "regproc", 4, 'N'),
    TEXT(25, "text", "text", -1, 'S'),
    OID(26, "oid", "oid", 4, 'N'),
    TID(27, "tid", "tid", 6, 'U'),
    XID(28, "xid", "xid", 4, 'U'),
    CID(29, "cid", "cid", 4, 'U'),
    OIDVECTOR(30, "oidvector", "oidvector", -1, 'A'),
    JSON(114, "json", "json", -1, 'U'),
    XML(142, "xml", "xml", -1, 'U'),
    PG_NODE_TREE(194, "pg_node_tree", "pg_node_tree", -1, 'Z'),
    FLOAT4(700, "float4", "real", 4, 'N'),
    FLOAT8(701, "float8", "double precision", 8, 'N'),
    UNKNOWN(705, "unknown", "unknown", -2, 'X'),
    INET(869, "inet", "inet", -1, 'I'),
    ACLITEM(1033, "aclitem", "aclitem", 12, 'U'),
    BPCHAR(1042, "bpchar", "character", -1, 'S'),
    VARCHAR(1043, "varchar", "character varying", -1, 'S'),
    DATE(1082, "date", "date", 4, 'D'),
    TIME(1083, "time", "time without time zone", 8, 'D'),
    TIMESTAMP(1114, "timestamp", "timestamp without time zone", 8, 'D'),
    TIMESTAMPTZ(1184, "timestamptz", "timestamp with time zone", 8, 'D'),
    INTERVAL(1186, "interval", "interval", 16, 'T'),
    TIMETZ(1266, "timetz", "time with time zone", 12, 'D'),
    BIT(1560, "bit", "bit", -1, 'V'),
    VARBIT(1562, "varbit", "bit varying", -1, 'V'),
    NUMERIC(1700, "numeric", "numeric", -1, 'N'),
    REFCURSOR(1790, "refcursor", "refcursor", -1, 'U'),
    REGPROCEDURE(2202, "regprocedure", "regprocedure", 4, 'N'),
    REGOPER(2203, "regoper", "regoper", 4, 'N'),
    REGOPERATOR(2204, "regoperator", "regoperator", 4, 'N'),
    REGCLASS(2205, "regclass", "regclass", 4, 'N'),
    REGTYPE(2206, "regtype", "regtype", 4, 'N'),
    RECORD(2249, "record", "record", -1, 'P'),
    CSTRING(2275, "cstring", "cstring", -2, 'P'),
    ANY(2276, "any", "any", 4, 'P'),
    ANYARRAY(2277, "anyarray", "anyarray", -1, 'P'),
    VOID(2278, "void", "void", 4, 'P'),
    TRIGGER(2279, "trigger", "trigger", 4, 'P'),
    ANYELEMENT(2283, "anyelement", "anyelement", 4, 'P'),
    UUID(2950, "uuid", "uuid", 16, 'U'),
    PG_LSN(3220, "pg_lsn", "pg_lsn", 8, 'U'),
    REGCONFIG(3734, "regconfig", "regconfig", 4, 'N'),
    REGDICTIONARY(3769, "regdictionary", "regdictionary", 4, 'N'),
    JSONB(3802, "jsonb", "jsonb", -1, 'U'),
    REGNAMESPACE(4089, "regnamespace", "regnamespace", 4, 'N'),
    REGROLE(4096, "regrole", "regrole", 4, 'N'),
    REGCOLLATION(4191, "regcollation", "regcollation", 4, 'N'),
    XID8(5069, "xid8", "xid8", 8, 'U'),

    BOOL_ARRAY(1000, BOOL),
    BYTEA_ARRAY(1001, BYTEA),
    CHAR_ARRAY(1002, CHAR),
    NAME_ARRAY(1003, NAME),
    INT8_ARRAY(1016, INT8),
    INT2_ARRAY(1005, INT2),
    INT2VECTOR_ARRAY(1006, INT2VECTOR),
    INT4_ARRAY(1007, INT4),
    REGPROC_ARRAY(1008, REGPROC),
    TEXT_ARRAY(1009, TEXT),
    OID_ARRAY(1028, OID),
    TID_ARRAY(1010, TID),
    XID_ARRAY(1011, XID),
    CID_ARRAY(1012, CID),
    OIDVECTOR_ARRAY(1013, OIDVECTOR),
    JSON_ARRAY(199, JSON),
    XML_ARRAY(143, XML),
    FLOAT4_ARRAY(1021, FLOAT4),
    FLOAT8_ARRAY(1022, FLOAT8),
    INET_ARRAY(1041, INET),
    ACLITEM_ARRAY(1034, ACLITEM),
    BPCHAR_ARRAY(1014, BPCHAR),
    VARCHAR_ARRAY(1015, VARCHAR),
    DATE_ARRAY(1182, DATE),
    TIME_ARRAY(1183, TIME),
    TIMESTAMP_ARRAY(1115, TIMESTAMP),
    TIMESTAMPTZ_ARRAY(1185, TIMESTAMPTZ),
    INTERVAL_ARRAY(1187, INTERVAL),
    TIMETZ_ARRAY(1270, TIMETZ),
    BIT_ARRAY(1561, BIT),
    VARBIT_ARRAY(1563, VARBIT),
    NUMERIC_ARRAY(1231, NUMERIC),
    REFCURSOR_ARRAY(2201, REFCURSOR),
    REGPROCEDURE_ARRAY(2207, REGPROCEDURE),
    REGOPER_ARRAY(2208, REGOPER),
    REGOPERATOR_ARRAY(2209, REGOPERATOR),
    REGCLASS_ARRAY(2210, REGCLASS),
    REGTYPE_ARRAY(2211, REGTYPE),
    RECORD_ARRAY(2287, RECORD),
    CSTRING_ARRAY(1263, CSTRING),
    UUID_ARRAY(2951, UUID),
    PG_LSN_ARRAY(3221, PG_LSN),
    REGCONFIG_ARRAY(3735, REGCONFIG),
    REGDICTIONARY_ARRAY(3770, REGDICTIONARY),
    JSONB_ARRAY(3807, JSONB),
    REGNAMESPACE_ARRAY(4090, REGNAMESPACE),
    REGROLE_ARRAY(4097, REGROLE),
    REGCOLLATION_ARRAY(4192, REGCOLLATION),
    XID8_ARRAY(271, XID8);

    private static final Map<Integer, PgType> BY_OID =
            Arrays.stream(values()).collect(Collectors.toMap(PgType::oid, Function.identity()));
    private static final Map<PgType, PgType> ARRAYS =
            Arrays.stream(values())
                    .filter(PgType::isArray)
                    .collect(Collectors.toMap(type -> type.element, Function.identity()));

    private final int oid;
    private final String typeName;
    private final String sqlName;
    private final int length;
    private final char category;
    private final PgType element;

    PgType(int oid, String typeName, String sqlName, int length, char category) {
        this.oid = oid;
        this.typeName = typeName;
        this.sqlName = sqlName;
        this.length = length;
        this.category = category;
        this.element = this;
    }

    PgType(int oid, PgType element) {
        this.oid = oid;
        this.typeName = "_" + element.typeName;
        this.sqlName = element.sqlName + "[]";
        this.length = -1;
        this.category = element.typeName.equals("record") ? 'P' : 'A';
        this.element = element;
    }

    /** The type with that number, if we know it. */
    public static Optional<PgType> ofOid(int oid) {
        return Optional.ofNullable(BY_OID.get(oid));
    }

    public int oid() {
        return oid;
    }

    /** The name in pg_type: {@code int4}, {@code _int4}. */
    public String typeName() {
        return typeName;
    }

    /** The name in SQL and in messages: {@code integer}, {@code integer[]}. */
    public String sqlName() {
        return sqlName;
    }

    /** Bytes of a value as pg_type.typlen says: -1 varies, -2 ends with a zero byte. */
    public int length() {
        return length;
    }

    /** The letter of pg_type.typcategory. */
    public char category() {
        return category;
    }

    /** Whether this is one of the {@code _ARRAY} types. */
    public boolean isArray() {
        return element != this;
    }

    /** What an array holds; empty for all other types. */
    public Optional<PgType> element() {
        return isArray() ? Optional.of(element) : Optional.empty();
    }

    /** The array of this type; empty for arrays and for pseudo-types without one. */
    public Optional<PgType> array() {
        return Optional.ofNullable(ARRAYS.get(this));
    }
}
