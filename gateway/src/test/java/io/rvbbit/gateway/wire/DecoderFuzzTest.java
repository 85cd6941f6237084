package io.rvbbit.gateway.wire;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.buffer.UnpooledByteBufAllocator;
import io.netty.channel.embedded.EmbeddedChannel;
import io.rvbbit.gateway.wire.FrontendMessage.Malformed;
import io.rvbbit.rewriter.SqlException;
import io.rvbbit.rewriter.SqlState;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.RepeatedTest;
import org.junit.jupiter.api.RepetitionInfo;
import org.junit.jupiter.api.Timeout;

/** Random bytes: always messages or an SQLSTATE, never an exception, a hang or a leak. */
@Timeout(60)
class DecoderFuzzTest {
    private static final String TYPES = "BCDEFHPQSXcdfp";
    private static final Set<SqlState> BODY_STATES =
            Set.of(
                    SqlState.PROTOCOL_VIOLATION,
                    SqlState.CHARACTER_NOT_IN_REPERTOIRE,
                    SqlState.INVALID_PARAMETER_VALUE,
                    SqlState.FEATURE_NOT_SUPPORTED);

    @RepeatedTest(20)
    void noise_after_the_login(RepetitionInfo repetition) {
        Random random = new Random(repetition.getCurrentRepetition());
        for (int i = 0; i < 200; i++) {
            FrontendDecoder decoder = new FrontendDecoder(Frame.MAX_BODY);
            feed(new EmbeddedChannel(decoder), noise(random, random.nextInt(200)), random);
        }
    }

    @RepeatedTest(20)
    void good_frames_around_noise(RepetitionInfo repetition) {
        Random random = new Random(repetition.getCurrentRepetition());
        for (int i = 0; i < 50; i++) {
            byte[] all = new byte[0];
            int frames = random.nextInt(1, 10);
            for (int frame = 0; frame < frames; frame++) {
                char type = TYPES.charAt(random.nextInt(TYPES.length()));
                all =
                        Frame.concat(
                                all,
                                new Frame().raw(noise(random, random.nextInt(60))).message(type));
            }
            List<FrontendMessage> messages = feed(Frame.session(), all, random);

            // The framing was right, so no frame is lost and none costs the connection.
            assertThat(messages).hasSize(frames);
            assertThat(messages).noneMatch(m -> m instanceof Malformed bad && bad.fatal());
        }
    }

    @RepeatedTest(20)
    void noise_instead_of_a_startup(RepetitionInfo repetition) {
        Random random = new Random(repetition.getCurrentRepetition());
        for (int i = 0; i < 100; i++) {
            byte[] noise = noise(random, random.nextInt(8, 100));
            if (random.nextBoolean()) { // a plausible header, so that the body is reached
                noise[0] = 0;
                noise[1] = 0;
                noise[2] = 0;
                noise[3] = (byte) random.nextInt(8, 100);
                noise[4] = 0;
                noise[5] = 3;
            }
            feed(Frame.startup(), noise, random);
        }
    }

    @RepeatedTest(20)
    void noise_as_a_parameter_of_any_type(RepetitionInfo repetition) {
        Random random = new Random(repetition.getCurrentRepetition());
        for (PgType type : PgType.values()) {
            for (int i = 0; i < 20; i++) {
                byte[] noise =
                        random.nextBoolean()
                                ? noise(random, random.nextInt(40))
                                : letters(random, random.nextInt(30));
                for (Format format : Format.values()) {
                    decodeOrRefuse(type, format, noise);
                }
            }
        }
    }

    private static void decodeOrRefuse(PgType type, Format format, byte[] bytes) {
        try {
            Object value = ParameterDecoder.decode(type.oid(), format, bytes, ZoneOffset.UTC);
            assertThat(value).isNotNull();
        } catch (SqlException e) {
            assertThat(e.state()).isNotEqualTo(SqlState.INTERNAL_ERROR);
        }
    }

    /** Decodes in random pieces and checks that every buffer was released. */
    private static List<FrontendMessage> feed(
            EmbeddedChannel channel, byte[] bytes, Random random) {
        UnpooledByteBufAllocator allocator = new UnpooledByteBufAllocator(false);
        channel.config().setAllocator(allocator);
        int piece = random.nextInt(1, Math.max(2, bytes.length));

        List<FrontendMessage> messages = Frame.decode(channel, bytes, piece);

        for (int i = 0; i < messages.size(); i++) {
            if (messages.get(i) instanceof Malformed malformed) {
                assertThat(malformed.failure().state()).isIn(BODY_STATES);
                assertThat(malformed.fatal()).isIn(false, i == messages.size() - 1);
            }
        }
        assertThat(allocator.metric().usedHeapMemory()).isZero();
        assertThat(allocator.metric().usedDirectMemory()).isZero();
        return messages;
    }

    private static byte[] noise(Random random, int length) {
        byte[] noise = new byte[length];
        random.nextBytes(noise);
        return noise;
    }

    /** Noise that gets further into the text formats. */
    private static byte[] letters(Random random, int length) {
        String alphabet = "0123456789-+:. {}\",\\xXTZPYMDHSe/NULabcinfty";
        byte[] letters = new byte[length];
        for (int i = 0; i < length; i++) {
            letters[i] = (byte) alphabet.charAt(random.nextInt(alphabet.length()));
        }
        return letters;
    }
}
