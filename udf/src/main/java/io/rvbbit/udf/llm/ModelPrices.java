package io.rvbbit.udf.llm;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.math.BigDecimal;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * What calls cost where the endpoint does not say so itself.
 *
 * <p>The first fitting price counts: configured ones in their order, then the built-in table (list
 * prices of OpenAI, only for the provider {@code openai}: what a name costs elsewhere is not
 * known). Prices have dates, so an old call keeps its cost. Threading: immutable.
 */
public final class ModelPrices {
    private static final Pattern SNAPSHOT_DATE = Pattern.compile("-\\d{4}-\\d{2}-\\d{2}$");
    private static final List<ModelPrice> BUILT_IN = readBuiltIn();

    private final List<ModelPrice> prices;

    public ModelPrices(List<ModelPrice> configured) {
        this.prices = Stream.concat(configured.stream(), BUILT_IN.stream()).toList();
    }

    /**
     * The price of a model at a time. A name that ends in a snapshot's date ({@code
     * gpt-4o-2024-08-06}) is looked up as it stands first, then without the date.
     */
    public Optional<ModelPrice> find(String provider, String model, Instant at) {
        return exact(provider, model, at)
                .or(() -> {
                    String undated = SNAPSHOT_DATE.matcher(model).replaceFirst("");
                    return undated.equals(model) ? Optional.empty() : exact(provider, undated, at);
                });
    }

    private Optional<ModelPrice> exact(String provider, String model, Instant at) {
        return prices.stream().filter(price -> price.covers(provider, model, at)).findFirst();
    }

    private static List<ModelPrice> readBuiltIn() {
        try (InputStream in = ModelPrices.class.getResourceAsStream("model-prices.csv")) {
            if (in == null) {
                throw new IllegalStateException("model-prices.csv is missing from the build");
            }
            String text = new String(in.readAllBytes(), StandardCharsets.UTF_8);
            return text.lines()
                    .filter(line -> !line.isBlank() && !line.startsWith("#"))
                    .map(ModelPrices::parse)
                    .toList();
        } catch (IOException broken) {
            throw new UncheckedIOException(broken);
        }
    }

    private static ModelPrice parse(String line) {
        String[] cells = line.split(",", -1);
        if (cells.length != 7) {
            throw new IllegalStateException("model-prices.csv: seven cells expected: " + line);
        }
        return new ModelPrice(
                cells[0],
                cells[1],
                new BigDecimal(cells[2]),
                new BigDecimal(cells[3]),
                new BigDecimal(cells[4]),
                startOfDay(cells[5]),
                startOfDay(cells[6]));
    }

    private static @Nullable Instant startOfDay(String date) {
        return date.isEmpty()
                ? null
                : LocalDate.parse(date).atStartOfDay(ZoneOffset.UTC).toInstant();
    }
}
