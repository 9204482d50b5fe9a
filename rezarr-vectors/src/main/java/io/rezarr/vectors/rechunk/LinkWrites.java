package io.rezarr.vectors.rechunk;

import io.rezarr.memory.Workspace;
import io.rezarr.vectors.model.LinkBatch;
import io.rezarr.vectors.model.LinkFormat;
import io.rezarr.vectors.write.LinkWriter;
import org.jspecify.annotations.Nullable;

/** Writes the links of one delta to the chunks that they are filed under. */
final class LinkWrites {
    private final LinkEnds ends;
    private final LinkFormat format;
    private final LinkAttributes attributes;
    private @Nullable LinkWriter writer;

    LinkWrites(LinkEnds ends, LinkFormat format, LinkAttributes attributes) {
        this.ends = ends;
        this.format = format;
        this.attributes = attributes;
    }

    /** Opens the family, which is there from then on, even if it gets no link. */
    LinkWriter open() {
        LinkWriter made = writer;
        if (made == null) {
            made = target().writer()
                    .links(
                            format,
                            attributes.columns(),
                            format.delta() == 0 ? null : ends.there().target().chunks());
            writer = made;
        }
        return made;
    }

    private LevelTarget target() {
        return ends.here().target();
    }

    /** Writes all links, unless the family was not opened. */
    void write(Exchange links) {
        LinkWriter to = writer;
        if (to == null) {
            return;
        }
        links.forEach(
                target()::border,
                bytes -> 4 * bytes + target().writer().workspaceBytes(bytes) + (64 << 10),
                (range, worker) -> target().writeChunks(range, worker, (chunk, its) -> {
                    if (its.to() > its.from()) {
                        write(to, chunk, its, worker.workspace());
                    }
                }));
    }

    private void write(LinkWriter to, int chunk, PieceRange links, Workspace workspace) {
        int width = format.width();
        int mark = workspace.mark();
        LinkBatch.Builder batch = new LinkBatch.Builder(
                "links of chunk " + target().chunks().key(chunk),
                width,
                target().chunks(),
                ends.there().target().chunks(),
                links.to() - links.from());
        for (int piece = links.from(); piece < links.to(); piece++) {
            byte[] array = links.pieces().array(piece);
            int at = links.pieces().offset(piece);
            boolean within = format.delta() == 0;
            int first = AddressTable.chunk(LinkRecord.end(array, at, 0));
            for (int end = 0; end < width; end++) {
                long address = LinkRecord.end(array, at, end);
                within &= AddressTable.chunk(address) == first;
                batch.end(end, AddressTable.chunk(address), AddressTable.row(address));
            }
            batch.next();
            if (first == chunk || format.policy() == LinkFormat.StorePolicy.CANONICAL) {
                count(LinkRecord.has(array, at), within);
            }
        }
        to.write(
                chunk,
                batch.build(-1, attributes.values(links, width, ends.here().tally(), workspace)),
                workspace);
        workspace.releaseTo(mark);
    }

    private void count(long has, boolean within) {
        LevelTally tally = ends.here().tally();
        tally.links.increment();
        if ((has & LinkRecord.WAS_IMPLIED) != 0) {
            tally.nowStored.increment();
        }
        if (format.delta() == 0 && within != ((has & LinkRecord.WAS_WITHIN) != 0)) {
            (within ? tally.nowWithin : tally.nowCrossing).increment();
        }
    }
}
