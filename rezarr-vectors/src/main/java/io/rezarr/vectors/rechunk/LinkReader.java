package io.rezarr.vectors.rechunk;

import io.rezarr.error.MalformedDataException;
import io.rezarr.memory.Workspace;
import io.rezarr.vectors.model.LinkBatch;
import io.rezarr.vectors.model.LinkFamily;
import io.rezarr.vectors.model.LinkFormat;
import java.util.Arrays;

/** The links of a family as the source has them, each once; of a tree also the edges that no link says. */
final class LinkReader {
    private final RunContext context;
    private final LinkEnds ends;
    private final LinkFamily family;
    private final LinkFormat format;
    private final boolean isTree;
    private final LinkAttributes attributes;
    private final int recordBytes;

    /** Takes a link. */
    interface LinkConsumer {
        /** @param record reused for the next link */
        void link(byte[] record, Worker worker);
    }

    LinkReader(RunContext context, LinkEnds ends, LinkFamily family, LinkAttributes attributes) {
        this.context = context;
        this.ends = ends;
        this.family = family;
        this.format = family.format();
        this.attributes = attributes;
        this.isTree = ends.isTree();
        this.recordBytes = attributes.recordBytes(format.width());
    }

    void forEach(LinkConsumer consumer) {
        context.workers().forEach(family.batches(), i -> 0, (number, worker) -> {
            Workspace workspace = worker.workspace();
            int mark = workspace.mark();
            LinkBatch batch = family.read(number, workspace);
            byte[] record = new byte[recordBytes];
            for (int link = 0; link < batch.size(); link++) {
                if (!batch.isCopy(link)) {
                    put(batch, link, (long) number << 31 | link, record);
                    consumer.link(record, worker);
                }
            }
            workspace.releaseTo(mark);
            context.listener()
                    .progress(ends.here().number(), VectorRunListener.Step.LINKS, number + 1L, family.batches());
        });
        Exchange implied = isTree ? ends.here().edges() : null;
        if (implied != null) {
            implied.forEach(
                    bucket -> bucket, bytes -> 64 << 10, (range, worker) -> forEachImplied(range, consumer, worker));
        }
    }

    private void put(LinkBatch batch, int link, long order, byte[] record) {
        boolean within = format.delta() == 0 && batch.staysInChunk(link);
        boolean swaps = isTree && format.directed() && !within;
        LinkRecord.putOrder(record, order);
        LinkRecord.putKnown(record, 0);
        for (int end = 0; end < format.width(); end++) {
            int from = swaps ? format.width() - 1 - end : end;
            int chunk = batch.chunk(link, from);
            long row = batch.row(link, from);
            if (chunk < 0 || row < 0 || row >= ends.rows(ends.number(from, chunk))) {
                throw new MalformedDataException(
                                "link",
                                0,
                                "end " + from + " of link " + link + " does not exist: " + batch.describe(link))
                        .in(batch.place());
            }
            LinkRecord.putEnd(record, end, (long) chunk << 32 | row);
        }
        long has = attributes.read(batch, link, format.width(), record);
        LinkRecord.putHas(record, has | (within ? LinkRecord.WAS_WITHIN : 0));
    }

    private void forEachImplied(PieceRange range, LinkConsumer consumer, Worker worker) {
        byte[] record = new byte[recordBytes];
        Pieces pieces = range.pieces();
        for (int piece = range.from(); piece < range.to(); piece++) {
            byte[] array = pieces.array(piece);
            int at = pieces.offset(piece);
            long chunk = pieces.bucket(piece);
            for (int end = at + pieces.length(piece); at < end; at += ImpliedEdges.BYTES) {
                int child = ImpliedEdges.child(array, at);
                Arrays.fill(record, (byte) 0);
                LinkRecord.putOrder(record, 1L << 62 | chunk << 31 | child);
                LinkRecord.putHas(record, LinkRecord.WAS_WITHIN | LinkRecord.WAS_IMPLIED);
                LinkRecord.putEnd(record, 0, chunk << 32 | child);
                LinkRecord.putEnd(record, 1, chunk << 32 | ImpliedEdges.parent(array, at));
                consumer.link(record, worker);
            }
        }
    }
}
