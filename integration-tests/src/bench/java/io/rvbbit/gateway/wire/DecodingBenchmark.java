package io.rvbbit.gateway.wire;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.embedded.EmbeddedChannel;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;
import org.openjdk.jmh.infra.Blackhole;

/** What a client sends for one statement, from bytes to messages. */
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@State(Scope.Thread)
public class DecodingBenchmark {
    private final EmbeddedChannel channel = new EmbeddedChannel(decoder());
    private final ByteBuf parse =
            Unpooled.wrappedBuffer(
                    new Frame()
                            .string("s1")
                            .string("SELECT name, price FROM products WHERE id = $1")
                            .int16(1)
                            .int32(PgType.INT8.oid())
                            .message('P'),
                    new Frame().message('S'));
    private final ByteBuf execute =
            Unpooled.wrappedBuffer(
                    new Frame()
                            .string("")
                            .string("s1")
                            .int16(1)
                            .int16(1)
                            .int16(1)
                            .int32(8)
                            .raw(new byte[8])
                            .int16(1)
                            .int16(1)
                            .message('B'),
                    new Frame().string("").int32(0).message('E'),
                    new Frame().message('S'));

    private static FrontendDecoder decoder() {
        FrontendDecoder decoder = new FrontendDecoder(Frame.MAX_BODY);
        decoder.authenticated();
        return decoder;
    }

    @TearDown
    public void close() {
        channel.finishAndReleaseAll();
    }

    @Benchmark
    public void parseSync(Blackhole hole) {
        decode(parse, hole);
    }

    @Benchmark
    public void bindExecuteSync(Blackhole hole) {
        decode(execute, hole);
    }

    private void decode(ByteBuf frames, Blackhole hole) {
        channel.writeInbound(frames.retainedDuplicate());
        for (Object message = channel.readInbound();
                message != null;
                message = channel.readInbound()) {
            hole.consume(message);
        }
    }
}
