package io.rvbbit.udf.cache;

import io.rvbbit.udf.cascade.Cascade;
import io.rvbbit.udf.cascade.Cell.PromptCell;
import io.rvbbit.udf.cascade.Cell.Sampling;
import io.rvbbit.udf.cascade.Invocation.Overrides;
import io.rvbbit.udf.cascade.Takes;
import io.rvbbit.udf.llm.Models;
import io.rvbbit.udf.llm.OfflineModel;
import java.nio.ByteBuffer;
import java.security.MessageDigest;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * All that decides a cascade's answer beside its input: the definition, and what each of its cells
 * sends to which model.
 *
 * <p>A model is what the name stands for now, so that another default model makes another identity.
 * Sub-cascades count with all that they hold. Threading: immutable.
 */
public final class CascadeIdentity {
    private final long cascade;
    private final byte[] hash;
    private final String models;
    private final boolean offline;

    private CascadeIdentity(long cascade, byte[] hash, String models, boolean offline) {
        this.cascade = cascade;
        this.hash = hash;
        this.models = models;
        this.offline = offline;
    }

    /**
     * @param maxTokens that are sent where neither cell nor statement says it; null for none
     * @throws io.rvbbit.rewriter.SqlException 22023 if a cell's model cannot be found
     */
    public static CascadeIdentity of(
            Cascade cascade, Overrides overrides, Models models, @Nullable Integer maxTokens) {
        Set<String> asked = new TreeSet<>();
        StringBuilder text = new StringBuilder(cascade.contentHash());
        boolean offline = describe(cascade, overrides, models, maxTokens, text, asked);
        return new CascadeIdentity(
                AnswerKey.cascadePart(cascade.id()),
                AnswerKey.sha256().digest(AnswerKey.utf8(text.toString())),
                String.join(",", asked),
                offline);
    }

    private static boolean describe(
            Cascade cascade,
            Overrides overrides,
            Models models,
            @Nullable Integer maxTokens,
            StringBuilder text,
            Set<String> asked) {
        boolean offline = false;
        for (PromptCell prompt : cascade.prompts().toList()) {
            for (Takes.Part part : prompt.parts()) {
                Sampling own = part.cell().sampling();
                offline |= describe(own, overrides, models, maxTokens, text, asked);
            }
        }
        return offline;
    }

    /** Whether the model is the offline one. */
    private static boolean describe(
            Sampling own,
            Overrides overrides,
            Models models,
            @Nullable Integer maxTokens,
            StringBuilder text,
            Set<String> asked) {
        String named = overrides.model() != null ? overrides.model() : own.model();
        Models.Resolved resolved = models.resolve(named == null ? "" : named);
        String provider = resolved.client().provider();
        asked.add(provider + "/" + resolved.model());
        Double temperature =
                overrides.temperature() != null ? overrides.temperature() : own.temperature();
        Integer tokens = overrides.maxTokens() != null ? overrides.maxTokens() : own.maxTokens();
        text.append('\n').append(provider);
        text.append('\n').append(resolved.model());
        text.append('\n').append(temperature);
        text.append('\n').append(tokens == null ? maxTokens : tokens);
        return provider.equals(OfflineModel.PROVIDER);
    }

    /** {@code provider/model} of all that are asked, separated by commas. */
    public String models() {
        return models;
    }

    /** Whether the cascades' own examples answer: they cost nothing, and nothing keeps them. */
    public boolean isOffline() {
        return offline;
    }

    /**
     * The key of one call.
     *
     * @param inputHash of the input in its canonical form
     * @param rowsHash of a RUN's columns and rows; empty otherwise
     */
    public AnswerKey key(String inputHash, String rowsHash) {
        MessageDigest digest = AnswerKey.sha256();
        digest.update(hash);
        digest.update(AnswerKey.utf8(inputHash));
        digest.update((byte) '\n');
        digest.update(AnswerKey.utf8(rowsHash));
        ByteBuffer bits = ByteBuffer.wrap(digest.digest());
        return new AnswerKey(cascade, bits.getLong(), bits.getLong());
    }
}
