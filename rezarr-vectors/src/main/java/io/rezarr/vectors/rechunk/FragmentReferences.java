package io.rezarr.vectors.rechunk;

import io.rezarr.error.MalformedDataException;
import io.rezarr.error.UnsupportedFeatureException;
import io.rezarr.memory.Workspace;
import io.rezarr.vectors.model.LinkBatch;
import io.rezarr.vectors.model.LinkFamily;
import io.rezarr.vectors.model.ObjectBatch;
import io.rezarr.vectors.model.ObjectIndex;

/**
 * Tells every chunk of the source what refers to it: manifests to its fragments (pieces with ids from 0), links of trees to their children (pieces with
 * negative ids).
 */
public final class FragmentReferences {
    /** int fragment, long row of the object, int place in its manifest. */
    static final int BYTES = 16;

    private FragmentReferences() {}

    /** Puts a piece for each chunk that a batch of objects refers to. */
    public static void putObjects(ObjectIndex index, int batchNumber, ExchangeOut out, Workspace workspace) {
        int mark = workspace.mark();
        ObjectBatch batch = index.read(batchNumber, workspace);
        int entries = batch.size() == 0 ? 0 : batch.end(batch.size() - 1);
        int[] objectOf = new int[entries];
        int[] placeOf = new int[entries];
        for (int object = 0; object < batch.size(); object++) {
            long place = 0;
            for (int entry = batch.begin(object); entry < batch.end(object); entry++) {
                requireChunk(index, batch, object, entry);
                objectOf[entry] = object;
                placeOf[entry] = (int) place;
                place += batch.fragmentCount(entry);
                if (place > Integer.MAX_VALUE) {
                    throw new UnsupportedFeatureException("'" + index.path() + "': object " + batch.id(object) + " has "
                            + place + " fragments, more than the " + Integer.MAX_VALUE + " that rezarr counts.");
                }
            }
        }
        int[] order = IndexSort.sort(entries, (a, b) -> Integer.compare(batch.chunk(a), batch.chunk(b)));
        int most = Exchange.USUAL_PIECE_BYTES / BYTES;
        byte[] records = workspace.borrow(most * BYTES);
        int count = 0;
        int sequence = 0;
        for (int i = 0; i < entries; i++) {
            int entry = order[i];
            for (long f = 0; f < batch.fragmentCount(entry); f++) {
                long fragment = batch.firstFragment(entry) + f;
                if (fragment > Integer.MAX_VALUE) {
                    throw new MalformedDataException(
                                    "object manifest",
                                    0,
                                    "object " + batch.id(objectOf[entry]) + " names fragment " + fragment)
                            .in(index.path());
                }
                Bytes.putInt(records, count * BYTES, (int) fragment);
                Bytes.putLong(records, count * BYTES + 4, batch.first() + objectOf[entry]);
                Bytes.putInt(records, count * BYTES + 12, placeOf[entry] + (int) f);
                count++;
                if (count == most) {
                    put(out, batch.chunk(entry), id(batchNumber, sequence++), records, count * BYTES);
                    count = 0;
                }
            }
            boolean ends = i + 1 == entries || batch.chunk(order[i + 1]) != batch.chunk(entry);
            if (ends && count > 0) {
                put(out, batch.chunk(entry), id(batchNumber, sequence++), records, count * BYTES);
                count = 0;
            }
        }
        workspace.releaseTo(mark);
    }

    private static long id(int batch, int sequence) {
        return (long) batch << 31 | sequence;
    }

    private static void put(ExchangeOut out, long bucket, long id, byte[] records, int length) {
        if (out.begin(bucket, id, length)) {
            System.arraycopy(records, 0, out.array(), out.offset(), length);
            out.end();
        }
    }

    private static void requireChunk(ObjectIndex index, ObjectBatch batch, int object, int entry) {
        if (batch.chunk(entry) < 0) {
            throw new MalformedDataException(
                            "object manifest",
                            0,
                            "object " + batch.id(object) + " names chunk " + batch.key(entry)
                                    + ", which does not exist")
                    .in(index.path());
        }
    }

    /** Puts the children of a batch of links of a tree: their rows, those of links from parent to child as {@code -1 - row}. */
    static void putChildren(LinkFamily links, int batchNumber, ExchangeOut out, Workspace workspace) {
        int mark = workspace.mark();
        LinkBatch batch = links.read(batchNumber, workspace);
        byte[] record = new byte[4];
        for (int link = 0; link < batch.size(); link++) {
            if (!batch.isCopy(link)) {
                boolean reversed = links.format().directed() && !batch.staysInChunk(link);
                int end = reversed ? 1 : 0;
                long row = batch.row(link, end);
                if (batch.chunk(link, end) < 0 || row < 0 || row > Integer.MAX_VALUE) {
                    throw new MalformedDataException(
                                    "link", 0, "an end of link " + link + " does not exist: " + batch.describe(link))
                            .in(batch.place());
                }
                Bytes.putInt(record, 0, reversed ? -1 - (int) row : (int) row);
                put(out, batch.chunk(link, end), -1L - ((long) batchNumber << 31 | link), record, 4);
            }
        }
        workspace.releaseTo(mark);
    }
}
