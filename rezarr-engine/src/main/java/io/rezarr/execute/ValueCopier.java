package io.rezarr.execute;

import io.rezarr.array.UnitGrid;
import io.rezarr.array.ZarrArray;
import io.rezarr.error.StoreException;
import io.rezarr.memory.Workspace;
import io.rezarr.metadata.ArrayMetadata;
import io.rezarr.plan.IndexBox;
import io.rezarr.plan.ValueCopy;
import io.rezarr.store.ByteRange;
import io.rezarr.store.Store;
import io.rezarr.store.StoreKey;
import io.rezarr.store.ValueWriter;
import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;

/** Copies stored values whole, piece by piece, under other keys; looks at nothing in them. */
final class ValueCopier implements RegionWork {
    private static final int VALUES_PER_TASK = 64;

    private final ZarrArray source;
    private final ZarrArray destination;
    private final Store.WriteMode mode;
    private final RunState state;
    private final IndexBox chunks;
    private long next;

    ValueCopier(ZarrArray source, ZarrArray destination, Store.WriteMode mode, RunState state) {
        this.source = source;
        this.destination = destination;
        this.mode = mode;
        this.state = state;
        this.chunks = chunksOf(destination.metadata());
        this.next = state.frontier.before();
    }

    static IndexBox chunksOf(ArrayMetadata metadata) {
        UnitGrid grid = new UnitGrid(metadata.shape(), metadata.chunkShape());
        return IndexBox.inCOrder(
                new long[metadata.shape().rank()], grid.unitsPerAxis().toArray());
    }

    @Override
    public @Nullable Task nextRead() {
        return null;
    }

    @Override
    public boolean hasReads() {
        return false;
    }

    @Override
    public @Nullable Task nextWrite() {
        if (next == chunks.size()) {
            return null;
        }
        long from = next;
        next = Math.min(chunks.size(), from + VALUES_PER_TASK);
        long to = next;
        Frontier.Span span = state.frontier.begin();
        span.handOut(to - from);
        span.close();
        return workspace -> {
            copy(from, to, workspace);
            span.written(to - from);
        };
    }

    @Override
    public void finished() {}

    private void copy(long from, long to, Workspace workspace) {
        long[] chunk = new long[chunks.rank()];
        for (long i = from; i < to; i++) {
            chunks.indexOf(i, chunk);
            int mark = workspace.mark();
            copy(source.chunkKey(chunk), destination.chunkKey(chunk), workspace);
            workspace.releaseTo(mark);
            state.tally.finishedUnits.increment();
        }
    }

    private void copy(StoreKey from, StoreKey to, Workspace workspace) {
        Tally tally = state.tally;
        tally.reads.increment();
        tally.requests.add(2);
        long size = source.store().size(from);
        if (size < 0) {
            tally.absent.increment();
            tally.allFill.increment();
            return;
        }
        try (ValueWriter writer = destination.store().writer(to, mode)) {
            for (long offset = 0; offset < size; offset += ValueCopy.PIECE_BYTES) {
                int mark = workspace.mark();
                writer.append(piece(from, offset, (int) Math.min(ValueCopy.PIECE_BYTES, size - offset), workspace));
                workspace.releaseTo(mark);
            }
            writer.commit();
        }
        tally.moved.increment();
        tally.writes.increment();
        tally.bytesRead.add(size);
        tally.bytesWritten.add(size);
    }

    private ByteBuffer piece(StoreKey key, long offset, int length, Workspace workspace) {
        ByteBuffer piece = source.store().get(key, new ByteRange(offset, length), workspace);
        if (piece == null) {
            throw StoreException.vanished(source.store().location() + "/" + key);
        }
        return piece;
    }
}
