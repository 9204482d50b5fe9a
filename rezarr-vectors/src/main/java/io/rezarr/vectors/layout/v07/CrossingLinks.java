package io.rezarr.vectors.layout.v07;

import io.rezarr.error.MalformedDataException;
import io.rezarr.memory.Workspace;
import io.rezarr.vectors.model.ChunkIndex;
import io.rezarr.vectors.model.LinkBatch;
import io.rezarr.vectors.model.Sizes;
import io.rezarr.vectors.node.NodeTree;
import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;

/**
 * Links whose ends lie in any chunks: one array of the level with a record for each. A record has for each end the coordinates of its chunk and a row, all
 * i64.
 */
record CrossingLinks(Blob blob, int width, int rank, BlobRanges ranges) {
    /** {@code null} if there are none. */
    static @Nullable CrossingLinks find(NodeTree nodes, String path, int width, int rank) {
        Blob blob = Blob.find(nodes, path);
        if (blob == null) {
            return null;
        }
        long recordBytes = (long) width * (rank + 1) * Long.BYTES;
        if (blob.size() % recordBytes != 0) {
            throw new MalformedDataException(
                            "link records",
                            0,
                            "expected records of " + recordBytes + " bytes (" + width + " ends of " + rank
                                    + " coordinates and a row), found " + blob.size() + " bytes")
                    .in(nodes.name(path));
        }
        long records = blob.size() / recordBytes;
        return new CrossingLinks(blob, width, rank, BlobRanges.of(blob, records, recordBytes));
    }

    long size() {
        return ranges.rows();
    }

    /** Reads a range of links. */
    LinkBatch.Builder read(int batch, ChunkIndex here, @Nullable ChunkIndex there, Workspace workspace) {
        int count = ranges.count(batch);
        int recordBytes = width * (rank + 1) * Long.BYTES;
        ByteBuffer records = blob.read(
                ranges.first(batch) * recordBytes,
                Sizes.count((long) count * recordBytes, "bytes at once", blob.path()),
                workspace);
        String place = blob.path() + " from record " + ranges.first(batch);
        LinkBatch.Builder links = new LinkBatch.Builder(place, width, here, there, count);
        long[] coordinates = new long[rank];
        for (int record = 0; record < count; record++) {
            for (int end = 0; end < width; end++) {
                int at = records.position() + record * recordBytes + end * (rank + 1) * Long.BYTES;
                for (int axis = 0; axis < rank; axis++) {
                    coordinates[axis] = records.getLong(at + axis * Long.BYTES);
                }
                links.end(end, links.chunk(end, coordinates, 0, rank), records.getLong(at + rank * Long.BYTES));
            }
            links.next();
        }
        return links;
    }

    /** The values of an attribute for a range of links; {@code null} if they are no whole number of rows. */
    @Nullable
    ByteBuffer values(Blob values, int batch, Workspace workspace) {
        if (size() == 0 || values.size() % size() != 0) {
            throw new MalformedDataException(
                            "link attribute",
                            0,
                            "expected rows of " + size() + " links, found " + values.size() + " bytes")
                    .in(values.path());
        }
        long rowBytes = values.size() / size();
        int bytes = Sizes.count(ranges.count(batch) * rowBytes, "bytes at once", values.path());
        return values.read(ranges.first(batch) * rowBytes, bytes, workspace);
    }
}
