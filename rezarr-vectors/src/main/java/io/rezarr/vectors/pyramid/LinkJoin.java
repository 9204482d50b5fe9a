package io.rezarr.vectors.pyramid;

import io.rezarr.error.UnsupportedFeatureException;
import io.rezarr.memory.Workspace;
import io.rezarr.vectors.model.LinkBatch;
import io.rezarr.vectors.model.LinkFamily;
import io.rezarr.vectors.model.VectorLevel;
import io.rezarr.vectors.rechunk.Exchange;
import io.rezarr.vectors.rechunk.ExchangeOut;
import io.rezarr.vectors.rechunk.IndexSort;
import io.rezarr.vectors.rechunk.PieceRange;
import io.rezarr.vectors.rechunk.RunContext;
import io.rezarr.vectors.rechunk.Worker;
import java.util.Arrays;

/** Links over several levels: those from a level to one above it, and on from there, are joined at the vertices between. */
final class LinkJoin {
    /** A piece is told apart by the chunk between, that of the finer level, and a number. */
    private static final int CHUNK_BITS = 24;

    private static final int SEQUENCE_BITS = 15;

    private final RunContext context;
    private final VectorLevel between;

    LinkJoin(RunContext context, VectorLevel between) {
        this.context = context;
        this.between = between;
    }

    /**
     * @param below links to the level between
     * @param above links from it
     */
    void join(LinkFamily below, LinkFamily above, CrossLevelStep to) {
        requireFewChunks(between);
        long vertices = between.metadata().vertexCount();
        int chunks = between.vertices().chunks().size();
        try (Exchange ends = OneTimeExchange.open(context, chunks, 8 * vertices * PlaceRecord.BYTES, 6)) {
            send(below, 1, Long.MIN_VALUE, ends);
            send(above, 0, 0, ends);
            ends.seal();
            ends.forEach(bucket -> bucket, bytes -> 4 * bytes + (64 << 10), (range, worker) -> {
                int piece = range.from();
                while (piece < range.to()) {
                    int end = range.endOfBucket(piece);
                    joinChunk(range, piece, end, to, worker);
                    piece = end;
                }
            });
        }
    }

    static void requireFewChunks(VectorLevel level) {
        int chunks = level.vertices().chunks().size();
        if (chunks >= 1 << CHUNK_BITS) {
            throw new UnsupportedFeatureException("Level " + level.metadata().number() + " has " + chunks
                    + " chunks; links over several levels are made of fewer than " + (1 << CHUNK_BITS)
                    + ": use larger chunks, or --cross-level-depth 1.");
        }
    }

    /** Sends the links of a family to the chunks of one of their ends: its row, then the place of the other end. */
    private void send(LinkFamily family, int end, long sign, Exchange to) {
        context.workers().forEach(family.batches(), i -> 0, (number, worker) -> {
            Workspace workspace = worker.workspace();
            int mark = workspace.mark();
            LinkBatch batch = family.read(number, workspace);
            int[] order =
                    IndexSort.sort(batch.size(), (a, b) -> Integer.compare(batch.chunk(a, end), batch.chunk(b, end)));
            ExchangeOut out = to.out(worker);
            int most = Exchange.USUAL_PIECE_BYTES / PlaceRecord.BYTES;
            int sequence = 0;
            for (int from = 0; from < order.length; ) {
                int until = from;
                while (until < order.length
                        && until - from < most
                        && batch.chunk(order[until], end) == batch.chunk(order[from], end)) {
                    until++;
                }
                long id = sign | (long) number << 24 | sequence++;
                if (out.begin(batch.chunk(order[from], end), id, (until - from) * PlaceRecord.BYTES)) {
                    for (int i = from; i < until; i++) {
                        int at = out.offset() + (i - from) * PlaceRecord.BYTES;
                        int row = (int) batch.row(order[i], end);
                        int theirRow = (int) batch.row(order[i], 1 - end);
                        PlaceRecord.put(out.array(), at, row, batch.chunk(order[i], 1 - end), theirRow);
                    }
                    out.end();
                }
                from = until;
            }
            workspace.releaseTo(mark);
        });
    }

    private static void joinChunk(PieceRange range, int from, int to, CrossLevelStep step, Worker worker) {
        var pieces = range.pieces();
        int most = 0;
        int below = 0;
        for (int piece = from; piece < to; piece++) {
            below += pieces.id(piece) < 0 ? pieces.length(piece) / PlaceRecord.BYTES : 0;
            for (int at = 0; at < pieces.length(piece); at += PlaceRecord.BYTES) {
                most = Math.max(most, 1 + PlaceRecord.number(pieces.array(piece), pieces.offset(piece) + at));
            }
        }
        long[] above = new long[most];
        Arrays.fill(above, -1);
        int[][] links = new int[4][below];
        int count = 0;
        for (int piece = from; piece < to; piece++) {
            byte[] array = pieces.array(piece);
            for (int at = pieces.offset(piece);
                    at < pieces.offset(piece) + pieces.length(piece);
                    at += PlaceRecord.BYTES) {
                if (pieces.id(piece) >= 0) {
                    above[PlaceRecord.number(array, at)] =
                            (long) PlaceRecord.chunk(array, at) << 32 | PlaceRecord.row(array, at);
                } else {
                    links[0][count] = PlaceRecord.chunk(array, at);
                    links[1][count] = PlaceRecord.row(array, at);
                    links[2][count++] = PlaceRecord.number(array, at);
                }
            }
        }
        putLinks(pieces.bucket(from), count, links, above, step, worker);
    }

    private static void putLinks(
            long bucket, int count, int[][] links, long[] above, CrossLevelStep step, Worker worker) {
        int[] order = IndexSort.sort(count, (a, b) -> {
            int byChunk = Integer.compare(links[0][a], links[0][b]);
            return byChunk != 0 ? byChunk : Integer.compare(links[1][a], links[1][b]);
        });
        int[] rows = new int[count];
        int[] chunks = new int[count];
        int[] theirRows = new int[count];
        for (int from = 0; from < count; ) {
            int chunk = links[0][order[from]];
            int size = 0;
            int to = from;
            for (; to < count && links[0][order[to]] == chunk; to++) {
                long target = above[links[2][order[to]]];
                if (target >= 0) {
                    rows[size] = links[1][order[to]];
                    chunks[size] = (int) (target >> 32);
                    theirRows[size++] = (int) target;
                }
            }
            if (size > 0) {
                long id = bucket << (CHUNK_BITS + SEQUENCE_BITS) | (long) chunk << SEQUENCE_BITS;
                step.put(chunk, id, size, rows, chunks, theirRows, worker);
            }
            from = to;
        }
    }
}
