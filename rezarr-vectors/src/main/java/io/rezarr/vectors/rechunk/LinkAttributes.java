package io.rezarr.vectors.rechunk;

import io.rezarr.error.InfeasiblePlanException;
import io.rezarr.error.MalformedDataException;
import io.rezarr.error.UnsupportedFeatureException;
import io.rezarr.memory.Workspace;
import io.rezarr.vectors.model.AttributeFormat;
import io.rezarr.vectors.model.LinkBatch;
import io.rezarr.vectors.model.LinkFamily;
import io.rezarr.vectors.write.AttributeColumns;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The attributes of the links of a family, whose values travel with them. */
final class LinkAttributes {
    static final LinkAttributes NONE = new LinkAttributes(List.of());

    private final List<AttributeColumns> columns;

    /** Of each attribute whether some link has a value: then all get one, since an array of links has values for all of them or for none. */
    private final boolean[] isStored;

    private LinkAttributes(List<AttributeColumns> columns, boolean... isStored) {
        this.columns = columns;
        this.isStored = isStored;
    }

    /** Reads the links of a family until it is known how many columns each attribute has. */
    static LinkAttributes of(RunContext context, LevelRules rules, LinkFamily of) {
        List<AttributeFormat> formats = of.attributes();
        if (formats.size() > LinkRecord.MAX_ATTRIBUTES) {
            throw new UnsupportedFeatureException("'" + of.path() + "' has " + formats.size()
                    + " attributes, more than " + LinkRecord.MAX_ATTRIBUTES + ".");
        }
        long[] columns = new long[formats.size()];
        boolean[] isStored = new boolean[columns.length];
        int unknown = columns.length;
        Worker caller = context.workers().caller();
        for (int b = 0; b < of.batches() && unknown > 0; b++) {
            int mark = caller.workspace().mark();
            LinkBatch batch = of.read(b, caller.workspace());
            for (int a = 0; a < columns.length; a++) {
                ByteBuffer values = batch.attribute(a);
                if (columns[a] == 0 && values != null && batch.size() > 0) {
                    columns[a] = formats.get(a).columns(values.remaining(), batch.size());
                    requireColumns(columns[a] > 0, batch, formats.get(a), values.remaining());
                    isStored[a] = true;
                    unknown--;
                }
            }
            caller.workspace().releaseTo(mark);
        }
        caller.release();
        List<AttributeColumns> all = new ArrayList<>();
        // Layout 0.7 says the type of an attribute of a family, 0.9 of an array: without one it would be lost.
        boolean needsArrays = !rules.followedByFragments() && rules.treeByFragments();
        for (int a = 0; a < columns.length; a++) {
            isStored[a] |= needsArrays;
            long declared = Math.max(1, formats.get(a).declaredColumns());
            all.add(new AttributeColumns(formats.get(a), columns[a] > 0 ? columns[a] : declared));
        }
        return new LinkAttributes(all, isStored);
    }

    private static void requireColumns(boolean holds, LinkBatch batch, AttributeFormat attribute, long bytes) {
        if (!holds) {
            throw new MalformedDataException(
                            "link attribute",
                            0,
                            bytes + " bytes of " + attribute.name() + " for " + batch.size() + " links")
                    .in(batch.place());
        }
    }

    List<AttributeColumns> columns() {
        return columns;
    }

    /** The bytes of a record with its values. */
    int recordBytes(int width) {
        int bytes = LinkRecord.values(width);
        for (AttributeColumns attribute : columns) {
            bytes = Math.addExact(bytes, Math.toIntExact(attribute.rowBytes()));
        }
        return bytes;
    }

    /**
     * Puts the values of a link into its record.
     *
     * @return which attributes it has, a bit each
     */
    long read(LinkBatch batch, int link, int width, byte[] record) {
        long has = 0;
        int at = LinkRecord.values(width);
        for (int a = 0; a < columns.size(); a++) {
            int rowBytes = (int) columns.get(a).rowBytes();
            ByteBuffer values = batch.attribute(a);
            if (values != null) {
                requireColumns(
                        values.remaining() == (long) batch.size() * rowBytes,
                        batch,
                        columns.get(a).format(),
                        values.remaining());
                values.get(values.position() + link * rowBytes, record, at, rowBytes);
                has |= 1L << a;
            } else {
                Arrays.fill(record, at, at + rowBytes, (byte) 0);
            }
            at += rowBytes;
        }
        return has;
    }

    /** The values of links by attribute; {@code null} for one of which no link of the family has a value. */
    List<@Nullable ByteBuffer> values(PieceRange links, int width, LevelTally tally, Workspace workspace) {
        List<@Nullable ByteBuffer> values = new ArrayList<>();
        int before = LinkRecord.values(width);
        for (int a = 0; a < columns.size(); a++) {
            values.add(!isStored[a] ? null : values(links, a, before, tally, workspace));
            before += (int) columns.get(a).rowBytes();
        }
        return values;
    }

    /** @param before where the values of the attribute begin in a record */
    private ByteBuffer values(PieceRange links, int attribute, int before, LevelTally tally, Workspace workspace) {
        Pieces pieces = links.pieces();
        int rowBytes = (int) columns.get(attribute).rowBytes();
        long bytes = (long) (links.to() - links.from()) * rowBytes;
        if (bytes > Integer.MAX_VALUE - 64) {
            throw new InfeasiblePlanException("The attributes of the links of a chunk would have " + bytes
                    + " bytes, more than a Java array holds. Make chunks smaller.");
        }
        byte[] array = workspace.borrow((int) bytes);
        for (int piece = links.from(); piece < links.to(); piece++) {
            int at = (piece - links.from()) * rowBytes;
            int link = pieces.offset(piece);
            if ((LinkRecord.has(pieces.array(piece), link) >> attribute & 1) != 0) {
                System.arraycopy(pieces.array(piece), link + before, array, at, rowBytes);
            } else {
                MissingValue.put(columns.get(attribute).format().type(), array, at, rowBytes);
                tally.filledValues.increment();
            }
        }
        return Bytes.view(array, 0, (int) bytes);
    }
}
