package io.rvbbit.udf.llm;

import com.knuddels.jtokkit.Encodings;
import com.knuddels.jtokkit.api.Encoding;
import com.knuddels.jtokkit.api.EncodingRegistry;
import com.knuddels.jtokkit.api.EncodingType;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * Models whose tokens can be counted here: those of OpenAI, whose vocabularies are published.
 *
 * <p>A vocabulary is in the program and is read at its first use. Threading: any thread.
 */
enum TokenFamily {
    O200K(EncodingType.O200K_BASE, "gpt-4o chatgpt-4o gpt-4.1 gpt-4.5 gpt-5 o1 o3 o4"),
    CL100K(EncodingType.CL100K_BASE, "gpt-4 gpt-3.5-turbo");

    private static final EncodingRegistry VOCABULARIES = Encodings.newLazyEncodingRegistry();

    private final EncodingType encoding;

    /** Of its models, up to their first dash or to the next; separated by blanks. */
    private final String names;

    TokenFamily(EncodingType encoding, String names) {
        this.encoding = encoding;
        this.names = names;
    }

    /** The family of a model, whose name may begin with {@code openai/} as brokers have it. */
    static Optional<TokenFamily> of(String model) {
        String name = model.toLowerCase(Locale.ROOT).replaceFirst("^openai/", "");
        for (TokenFamily family : values()) {
            if (Stream.of(family.names.split(" ", -1)).anyMatch(each -> begins(name, each))) {
                return Optional.of(family);
            }
        }
        return Optional.empty();
    }

    /** {@code o1} begins {@code o1-mini} and no {@code o10}. */
    private static boolean begins(String name, String family) {
        return name.equals(family)
                || name.startsWith(family + "-")
                || name.startsWith(family + ":");
    }

    /** Text that looks like a control token is text. */
    long count(String text) {
        Encoding vocabulary = VOCABULARIES.getEncoding(encoding);
        return vocabulary.countTokensOrdinary(text);
    }
}
