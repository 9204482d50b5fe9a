package io.rezarr.execute;

import io.rezarr.array.ChunkWriter;
import io.rezarr.codec.ShardingCodec;
import io.rezarr.memory.Workspace;
import io.rezarr.metadata.Shape;
import io.rezarr.plan.IndexBox;
import io.rezarr.plan.Side;
import java.nio.ByteBuffer;
import java.util.ArrayDeque;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Writes encoded units, into shards if there are any, and counts. Safe for use by many threads. */
final class DestinationUnits implements AutoCloseable {
    final RunState state;
    private final ChunkWriter writer;
    private final Side side;
    private final int maxLeftBehind;
    private final long[] unitsPerChunk;
    private final IndexBox allUnits;
    private final @Nullable ShardingCodec sharding;
    private final Map<Shape, ShardAppender> shards = new HashMap<>();
    private final ArrayDeque<EncodedUnits> free = new ArrayDeque<>();
    private int leftBehind;
    /** Of shards that are not handed out as a whole; {@code null}: there is none. */
    private Frontier.@Nullable Span openSpan;

    private long unitsToHandOut;

    /** @param threads as many sets of units may wait for their turn without a thread */
    DestinationUnits(RunState state, ChunkWriter writer, @Nullable ShardingCodec sharding, Side side, int threads) {
        this.state = state;
        this.writer = writer;
        this.sharding = sharding;
        this.side = side;
        this.maxLeftBehind = threads;
        this.unitsPerChunk = side.unitsPerChunk();
        this.allUnits = side.allUnits();
    }

    /** A task that encodes and writes the units of a range; the lock is held. */
    Task task(UnitRanges.Range range, UnitEncoder encoder) {
        if (sharding == null) {
            Frontier.Span span = state.frontier.begin();
            span.handOut(range.to() - range.from());
            span.close();
            return workspace -> {
                writeChunks(range, encoder, workspace);
                span.written(range.to() - range.from());
            };
        }
        ShardAppender shard = shardOf(range);
        long ticket = shard.takeTicket();
        return workspace -> appendUnits(range, encoder, shard, ticket, workspace);
    }

    private ShardAppender shardOf(UnitRanges.Range range) {
        Frontier.Span span = openSpan == null ? state.frontier.begin() : openSpan;
        Shape key = Shape.of(range.chunk());
        ShardAppender shard = shards.get(key);
        if (shard == null) {
            long units = allUnits.inside(range.chunk(), unitsPerChunk, side.positionOrder())
                    .size();
            shard = new ShardAppender(this, range.chunk(), units, span);
            shards.put(key, shard);
            span.handOut(units);
            unitsToHandOut += units;
        }
        unitsToHandOut -= range.to() - range.from();
        openSpan = unitsToHandOut == 0 ? null : span;
        if (unitsToHandOut == 0) {
            span.close();
        }
        return shard;
    }

    private void writeChunks(UnitRanges.Range range, UnitEncoder encoder, Workspace workspace) {
        long[] unit = new long[side.rank()];
        range.box().indexOf(range.from(), unit);
        for (long i = range.from(); i < range.to(); i++) {
            int mark = workspace.mark();
            ByteBuffer encoded = encoder.encode(unit, workspace);
            if (encoded == null) {
                state.tally.allFill.increment();
            } else {
                int bytes = encoded.remaining();
                writer.writeEncoded(unit, encoded);
                state.tally.writes.increment();
                state.tally.bytesWritten.add(bytes);
            }
            workspace.releaseTo(mark);
            state.tally.finishedUnits.increment();
            range.box().advance(unit);
        }
    }

    private void appendUnits(
            UnitRanges.Range range, UnitEncoder encoder, ShardAppender shard, long ticket, Workspace workspace) {
        ShardingCodec codec = java.util.Objects.requireNonNull(sharding, "sharding");
        EncodedUnits aside = takeEmpty();
        long[] unit = new long[side.rank()];
        range.box().indexOf(range.from(), unit);
        for (long i = range.from(); i < range.to(); i++) {
            int mark = workspace.mark();
            ByteBuffer encoded = encoder.encode(unit, workspace);
            if (encoded == null) {
                state.tally.allFill.increment();
            } else {
                shard.add(ticket, aside, codec.positionOfUnit(unit), encoded);
            }
            workspace.releaseTo(mark);
            state.tally.finishedUnits.increment();
            range.box().advance(unit);
        }
        int mark = workspace.mark();
        shard.finish(ticket, aside, range.to() - range.from(), workspace);
        workspace.releaseTo(mark);
    }

    ChunkWriter.ShardWriter openShard(long[] shardIndex) {
        return writer.openShard(shardIndex);
    }

    void shardWritten(long bytes) {
        state.tally.writes.increment();
        state.tally.bytesWritten.add(bytes);
    }

    void forget(long[] shardIndex) {
        synchronized (state) {
            shards.remove(Shape.of(shardIndex));
        }
    }

    /** Whether there is room for units without a thread; if so, it is taken. The lock is held. */
    boolean mayLeaveBehind() {
        if (leftBehind == maxLeftBehind) {
            return false;
        }
        leftBehind++;
        return true;
    }

    /** Units that were left behind have a thread again; the lock is held. */
    void tookUp() {
        leftBehind--;
    }

    private EncodedUnits takeEmpty() {
        synchronized (state) {
            return free.isEmpty() ? new EncodedUnits() : free.pop();
        }
    }

    void giveBack(EncodedUnits units) {
        synchronized (state) {
            free.push(units);
        }
    }

    /** Abandons every shard that is not complete. */
    @Override
    public void close() {
        shards.values().forEach(ShardAppender::abandon);
    }
}
