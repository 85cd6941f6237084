package io.rvbbit.gateway.engine;

import java.sql.SQLException;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import org.duckdb.DuckDBColumnType;
import org.duckdb.DuckDBDataChunkWriter;
import org.duckdb.DuckDBLogicalType;
import org.duckdb.DuckDBTableFunction;
import org.duckdb.DuckDBTableFunctionBindInfo;
import org.duckdb.DuckDBTableFunctionCallInfo;
import org.duckdb.DuckDBTableFunctionInitInfo;
import org.duckdb.DuckDBValue;

/**
 * The table function {@code _rvbbit_settings(process id)}: the settings of the session that asks.
 *
 * <p>Threading: DuckDB's threads, one at a time per read.
 */
final class SettingFunction
        implements DuckDBTableFunction<Integer, Iterator<Map.Entry<String, String>>, Boolean> {
    static final String NAME = "_rvbbit_settings";

    private final Backends backends;

    SettingFunction(Backends backends) {
        this.backends = backends;
    }

    @Override
    public Integer bind(DuckDBTableFunctionBindInfo info) throws Exception {
        for (String name : List.of("name", "setting")) {
            try (DuckDBLogicalType type = DuckDBLogicalType.of(DuckDBColumnType.VARCHAR)) {
                info.addResultColumn(name, type);
            }
        }
        DuckDBValue processId = info.getParameter(0);
        return processId.isNull() ? 0 : processId.getInt();
    }

    @Override
    public Iterator<Map.Entry<String, String>> init(DuckDBTableFunctionInitInfo info)
            throws SQLException {
        info.setMaxThreads(1);
        Integer processId = info.getBindData();
        return backends.settings(processId).entrySet().iterator();
    }

    @Override
    public Boolean localInit(DuckDBTableFunctionInitInfo info) {
        return true;
    }

    @Override
    public long apply(DuckDBTableFunctionCallInfo info, DuckDBDataChunkWriter out) {
        Iterator<Map.Entry<String, String>> rest = info.getInitData();
        long row = 0;
        while (row < out.capacity() && rest.hasNext()) {
            Map.Entry<String, String> setting = rest.next();
            out.vector(0).setString(row, setting.getKey());
            out.vector(1).setString(row, setting.getValue());
            row++;
        }
        return row;
    }
}
