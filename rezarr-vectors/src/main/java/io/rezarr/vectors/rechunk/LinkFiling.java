package io.rezarr.vectors.rechunk;

import io.rezarr.vectors.model.LinkFormat;
import java.util.function.Consumer;

/** Links whose ends are known, by the chunks of the destination that they are filed under; those of a tree that the order of rows says are left out. */
final class LinkFiling implements AutoCloseable {
    private final LinkEnds ends;
    private final LinkFormat format;
    private final boolean isTree;
    private final boolean isExplicit;
    private final LinkWrites writes;
    private final Exchange filed;
    /** Not when links are filed again, where memory and scratch files hold no more of them. */
    private volatile boolean isFirstTime = true;

    /**
     * @param isExplicit whether no edge of a tree is implied in the destination
     * @param source files all links
     */
    LinkFiling(
            RunContext context,
            LinkEnds ends,
            LinkFormat format,
            boolean isExplicit,
            LinkWrites writes,
            int recordBytes,
            Consumer<LinkFiling> source) {
        this.ends = ends;
        this.format = format;
        this.isExplicit = isExplicit;
        this.writes = writes;
        this.isTree = ends.isTree();
        this.filed = new Exchange(
                context,
                ends.here().target().buckets(),
                ends.here().source().allRows() * recordBytes,
                recordBytes,
                8,
                () -> source.accept(this));
    }

    /** Files all links, and writes them. */
    void run() {
        filed.fill();
        isFirstTime = false;
        writes.write(filed);
    }

    /** Puts a link to the chunks that it is filed under, unless it is implied. */
    void file(byte[] record, Worker worker) {
        long first = LinkRecord.end(record, 0, 0);
        boolean within = format.delta() == 0;
        for (int end = 1; within && end < format.width(); end++) {
            within = AddressTable.chunk(LinkRecord.end(record, 0, end)) == AddressTable.chunk(first);
        }
        if (isTree && isImplied(record, within)) {
            if (isFirstTime && (LinkRecord.has(record, 0) & LinkRecord.WAS_IMPLIED) == 0) {
                ends.here().tally().nowImplied.increment();
            }
            return;
        }
        if (isTree && format.directed() && !within) {
            LinkRecord.putEnd(record, 0, LinkRecord.end(record, 0, 1));
            LinkRecord.putEnd(record, 1, first);
        }
        put(record, worker);
    }

    private boolean isImplied(byte[] record, boolean within) {
        long child = LinkRecord.end(record, 0, 0);
        long parent = LinkRecord.end(record, 0, 1);
        boolean follows = within && AddressTable.row(parent) == AddressTable.row(child) - 1;
        boolean inFragment = !ends.here().rules().treeByFragments() || !AddressTable.beginsFragment(child);
        return !isExplicit && !LinkRecord.hasValues(record) && follows && inFragment;
    }

    /** Puts a link to the chunks that it is filed under. */
    void put(byte[] record, Worker worker) {
        int width = format.width();
        int[] chunks = new int[width];
        long[] rows = new long[width];
        for (int end = 0; end < width; end++) {
            long address = LinkRecord.end(record, 0, end);
            chunks[end] = AddressTable.chunk(address);
            rows[end] = AddressTable.row(address);
        }
        int[] filings = new int[width];
        int count = writes.open().filings(chunks, rows, 0, filings);
        ExchangeOut out = filed.out(worker);
        for (int i = 0; i < count; i++) {
            LinkRecord.put(record, ends.here().target().bucketOfChunk(filings[i]), out);
        }
    }

    @Override
    public void close() {
        filed.close();
    }
}
