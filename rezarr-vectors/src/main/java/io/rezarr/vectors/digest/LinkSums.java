package io.rezarr.vectors.digest;

import io.rezarr.error.MalformedDataException;
import io.rezarr.memory.Workspace;
import io.rezarr.vectors.model.AttributeFormat;
import io.rezarr.vectors.model.LinkBatch;
import io.rezarr.vectors.model.LinkFamily;
import io.rezarr.vectors.model.LinkFormat;
import java.nio.ByteBuffer;
import java.util.List;

/**
 * What the links of one family sum up to, a batch at a time: their ends in the order given, by what the vertices are, and their attributes. Each counts
 * once, however often it is stored.
 */
final class LinkSums {
    private final LinkFamily family;
    private final HashCache here;
    private final HashCache there;
    private final boolean tree;
    private final long[] attributeSums;
    private final long[] attributeCounts;
    private final long[] columns;
    private boolean hasImplied;
    private long sum;
    private long count;

    /** @param tree whether the links are children and parents */
    LinkSums(LinkFamily family, HashCache here, HashCache there, boolean tree) {
        this.family = family;
        this.here = here;
        this.there = there;
        this.tree = tree;
        this.attributeSums = new long[family.attributes().size()];
        this.attributeCounts = new long[attributeSums.length];
        this.columns = new long[attributeSums.length];
    }

    /** Adds the edges of a tree that no link says. Links that override one take it off again. */
    void addImplied(int chunks, Workspace workspace) {
        hasImplied = true;
        for (int chunk = 0; chunk < chunks; chunk++) {
            HashCache.OfChunk rows = here.chunk(chunk, workspace);
            for (int row = 0; row < rows.rows(); row++) {
                if (rows.before(row) >= 0) {
                    sum += edge(rows.hash(row), rows.hash(rows.before(row)));
                    count++;
                }
            }
        }
    }

    private static long edge(long child, long parent) {
        return Hash64.mix(Hash64.mix(2, child), parent);
    }

    void addStored(Workspace workspace) {
        long[] ends = new long[family.format().width()];
        for (int number = 0; number < family.batches(); number++) {
            int mark = workspace.mark();
            LinkBatch batch = family.read(number, workspace);
            requireRows(batch);
            for (int link = 0; link < batch.size(); link++) {
                if (!batch.isCopy(link)) {
                    add(batch, link, ends, workspace);
                }
            }
            workspace.releaseTo(mark);
        }
    }

    private void add(LinkBatch batch, int link, long[] ends, Workspace workspace) {
        long hash = Hash64.mix(1, batch.width());
        for (int end = 0; end < batch.width(); end++) {
            HashCache level = end == 0 ? here : there;
            HashCache.OfChunk rows = requireChunk(batch, link, end, level, workspace);
            ends[end] = rows.hash(batch.row(link, end));
            hash = Hash64.mix(hash, ends[end]);
        }
        if (tree) {
            addTreeEdge(batch, link, ends, workspace);
        } else {
            sum += hash;
            count++;
        }
        addAttributes(batch, link, tree ? treeHash(batch, link, ends) : hash);
    }

    private HashCache.OfChunk requireChunk(LinkBatch batch, int link, int end, HashCache level, Workspace workspace) {
        int chunk = batch.chunk(link, end);
        HashCache.OfChunk rows = chunk < 0 ? null : level.chunk(chunk, workspace);
        if (rows == null || batch.row(link, end) < 0 || batch.row(link, end) >= rows.rows()) {
            throw new MalformedDataException(
                            "link", 0, "end " + end + " of link " + link + " does not exist: " + batch.describe(link))
                    .in(batch.place());
        }
        return rows;
    }

    /** Whether the link leads from parent to child, and comes on top of what is implied: directed ones between chunks. */
    private boolean isReversed(LinkBatch batch, int link) {
        return family.format().directed() && !batch.staysInChunk(link);
    }

    private long treeHash(LinkBatch batch, int link, long[] ends) {
        return isReversed(batch, link) ? edge(ends[1], ends[0]) : edge(ends[0], ends[1]);
    }

    private void addTreeEdge(LinkBatch batch, int link, long[] ends, Workspace workspace) {
        sum += treeHash(batch, link, ends);
        count++;
        if (!hasImplied || isReversed(batch, link)) {
            return;
        }
        HashCache.OfChunk rows = here.chunk(batch.chunk(link, 0), workspace);
        int child = (int) batch.row(link, 0);
        if (rows.before(child) >= 0) {
            sum -= edge(rows.hash(child), rows.hash(rows.before(child)));
            count--;
        }
    }

    private void addAttributes(LinkBatch batch, int link, long hash) {
        List<AttributeFormat> formats = family.attributes();
        for (int a = 0; a < formats.size(); a++) {
            ByteBuffer values = batch.attribute(a);
            if (values == null) {
                continue;
            }
            int rowBytes = values.remaining() / batch.size();
            int at = values.position() + link * rowBytes;
            columns[a] = rowBytes / formats.get(a).type().elementBytes();
            if (Presence.ofLink(formats.get(a).type(), values, at, rowBytes)) {
                attributeSums[a] += Hash64.bytes(hash, values, at, rowBytes);
                attributeCounts[a]++;
            }
        }
    }

    private void requireRows(LinkBatch batch) {
        for (int a = 0; a < attributeSums.length; a++) {
            ByteBuffer values = batch.attribute(a);
            if (values != null && batch.size() > 0 && values.remaining() % batch.size() != 0) {
                throw new MalformedDataException(
                                "link attribute", 0, values.remaining() + " bytes for " + batch.size() + " links")
                        .in(batch.place());
            }
        }
    }

    void addParts(int level, Parts parts) {
        LinkFormat format = family.format();
        String name = (tree ? "tree " : "links ") + LinkFormat.nameOf(format.delta());
        parts.add(level, name, count, sum);
        if (count > 0) {
            parts.addText(level, name, "directed " + format.directed());
        }
        for (int a = 0; a < attributeSums.length; a++) {
            AttributeFormat attribute = family.attributes().get(a);
            if (attributeCounts[a] > 0) {
                String attributeName = "link-attribute " + LinkFormat.nameOf(format.delta()) + " " + attribute.name();
                parts.addText(level, attributeName, Schemas.of(attribute, columns[a]));
                parts.add(level, attributeName, attributeCounts[a], attributeSums[a]);
            }
        }
    }
}
