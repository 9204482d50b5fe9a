package io.rezarr.vectors.pyramid;

import io.rezarr.json.JsonObject;
import io.rezarr.memory.Workspace;
import io.rezarr.vectors.model.LevelMetadata;
import io.rezarr.vectors.model.LinkBatch;
import io.rezarr.vectors.model.LinkFormat;
import io.rezarr.vectors.model.VectorLevel;
import io.rezarr.vectors.rechunk.Exchange;
import io.rezarr.vectors.rechunk.ExchangeOut;
import io.rezarr.vectors.rechunk.LevelTarget;
import io.rezarr.vectors.rechunk.PieceRange;
import io.rezarr.vectors.rechunk.RunContext;
import io.rezarr.vectors.rechunk.Worker;
import io.rezarr.vectors.write.LevelTotals;
import io.rezarr.vectors.write.LevelWriter;
import io.rezarr.vectors.write.LinkWriter;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/** Links between two levels: collected from vertices to metavertices, then written on the finer level, and mirrored on the coarser one. */
final class CrossLevelStep implements AutoCloseable {
    /** A record is a row, then the place of the other end. */
    private static final int MOST = Exchange.USUAL_PIECE_BYTES / PlaceRecord.BYTES;

    private final LevelTarget fine;
    private final LevelTarget coarse;
    private final int delta;
    private final Exchange up;
    private final @Nullable Exchange down;
    private final AtomicLong links = new AtomicLong();

    /**
     * @param delta from the finer level to the coarser one, positive
     * @param isMirrored whether links are stored at the coarser level, too
     * @param expected links
     */
    CrossLevelStep(
            RunContext context, LevelTarget fine, LevelTarget coarse, int delta, boolean isMirrored, long expected) {
        this.fine = fine;
        this.coarse = coarse;
        this.delta = delta;
        long bytes = expected * PlaceRecord.BYTES;
        this.up = OneTimeExchange.open(context, fine.buckets(), bytes, 8);
        this.down = isMirrored ? OneTimeExchange.open(context, coarse.buckets(), bytes, 8) : null;
    }

    /**
     * Puts links of one chunk of the finer level.
     *
     * @param id of the first piece; its lowest 20 bits are free to count
     * @param rows of the chunk, those of the links
     * @param chunks of the coarser level, by link
     * @param theirRows by link
     */
    void put(int chunk, long id, int count, int[] rows, int[] chunks, int[] theirRows, Worker worker) {
        links.addAndGet(count);
        ExchangeOut to = up.out(worker);
        int bucket = fine.bucketOfChunk(chunk);
        int sequence = 0;
        for (int from = 0; from < count; from += MOST) {
            int end = Math.min(count, from + MOST);
            if (to.begin(bucket, id | sequence++, (end - from) * PlaceRecord.BYTES)) {
                for (int i = from; i < end; i++) {
                    int at = to.offset() + (i - from) * PlaceRecord.BYTES;
                    PlaceRecord.put(to.array(), at, rows[i], chunks[i], theirRows[i]);
                }
                to.end();
            }
        }
        if (down != null) {
            mirror(chunk, id, count, rows, chunks, theirRows, down.out(worker));
        }
    }

    private void mirror(int chunk, long id, int count, int[] rows, int[] chunks, int[] theirRows, ExchangeOut out) {
        int[] order = byChunk(count, chunks);
        int sequence = 0;
        int from = 0;
        while (from < count) {
            int end = from;
            while (end < count && end - from < MOST && chunks[order[end]] == chunks[order[from]]) {
                end++;
            }
            if (out.begin(
                    coarse.bucketOfChunk(chunks[order[from]]), id | sequence++, (end - from) * PlaceRecord.BYTES)) {
                for (int i = from; i < end; i++) {
                    int at = out.offset() + (i - from) * PlaceRecord.BYTES;
                    PlaceRecord.put(out.array(), at, theirRows[order[i]], chunk, rows[order[i]]);
                }
                out.end();
            }
            from = end;
        }
    }

    /** Stable, in linear time: there are few chunks. */
    private static int[] byChunk(int count, int[] chunks) {
        java.util.TreeMap<Integer, int[]> counts = new java.util.TreeMap<>();
        int[] last = null;
        for (int i = 0; i < count; i++) {
            if (last == null || chunks[i] != chunks[i - 1]) {
                last = counts.computeIfAbsent(chunks[i], key -> new int[2]);
            }
            last[0]++;
        }
        int next = 0;
        for (int[] its : counts.values()) {
            its[1] = next;
            next += its[0];
        }
        int[] order = new int[count];
        for (int i = 0; i < count; i++) {
            if (last == null || i == 0 || chunks[i] != chunks[i - 1]) {
                last = java.util.Objects.requireNonNull(counts.get(chunks[i]));
            }
            order[last[1]++] = i;
        }
        return order;
    }

    /** Writes the links; none at all if there are none. */
    void write() {
        up.seal();
        if (down != null) {
            down.seal();
        }
        if (links.get() > 0) {
            write(up, fine, coarse, delta);
            if (down != null) {
                write(down, coarse, fine, -delta);
            }
        }
    }

    private void write(Exchange of, LevelTarget here, LevelTarget there, int delta) {
        LinkFormat format = new LinkFormat(delta, 2, true, LinkFormat.StorePolicy.CANONICAL, -1, -1, JsonObject.EMPTY);
        LinkWriter writer = here.writer().links(format, List.of(), there.chunks());
        of.forEach(
                here::border,
                bytes -> 4 * bytes + here.writer().workspaceBytes(2 * bytes) + (64 << 10),
                (range, worker) -> here.writeChunks(range, worker, (chunk, pieces) -> {
                    if (pieces.to() > pieces.from()) {
                        writeChunk(writer, pieces, here, there, chunk, worker.workspace());
                    }
                }));
    }

    private static void writeChunk(
            LinkWriter writer, PieceRange range, LevelTarget here, LevelTarget there, int chunk, Workspace workspace) {
        int count = 0;
        for (int piece = range.from(); piece < range.to(); piece++) {
            count += range.pieces().length(piece) / PlaceRecord.BYTES;
        }
        LinkBatch.Builder links = new LinkBatch.Builder(
                "links of chunk " + here.chunks().key(chunk), 2, here.chunks(), there.chunks(), count);
        for (int piece = range.from(); piece < range.to(); piece++) {
            byte[] array = range.pieces().array(piece);
            int at = range.pieces().offset(piece);
            for (int end = at + range.pieces().length(piece); at < end; at += PlaceRecord.BYTES) {
                links.end(0, chunk, PlaceRecord.number(array, at));
                links.end(1, PlaceRecord.chunk(array, at), PlaceRecord.row(array, at));
                links.next();
            }
        }
        writer.write(chunk, links.build(-1, List.of()), workspace);
    }

    /** Ends the writing of links to a level that was finished before. */
    static void finish(RunContext context, VectorLevel level, LevelWriter writer) {
        LevelMetadata metadata = level.metadata();
        Worker caller = context.workers().caller();
        caller.require(context.budget().maxBytes() / 8);
        writer.finish(
                new LevelTotals(metadata.vertexCount(), metadata.vertexCount(), metadata.isTrue("fragments_tile")),
                caller.workspace());
        caller.release();
    }

    @Override
    public void close() {
        up.close();
        if (down != null) {
            down.close();
        }
    }
}
