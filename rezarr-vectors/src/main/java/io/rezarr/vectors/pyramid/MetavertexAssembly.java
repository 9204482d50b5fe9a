package io.rezarr.vectors.pyramid;

import io.rezarr.error.InfeasiblePlanException;
import io.rezarr.vectors.rechunk.Bytes;
import io.rezarr.vectors.rechunk.Exchange;
import io.rezarr.vectors.rechunk.FragmentBytes;
import io.rezarr.vectors.rechunk.LevelTarget;
import io.rezarr.vectors.rechunk.PieceRange;
import io.rezarr.vectors.rechunk.Pieces;
import io.rezarr.vectors.rechunk.VectorRunListener.Step;
import io.rezarr.vectors.rechunk.Worker;
import io.rezarr.vectors.write.ChunkValuesWriter;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Writes the chunks of the level that is made: metavertices in the order in which they come, each its own fragment. */
final class MetavertexAssembly {
    private final FineLevel fine;
    private final MetavertexRecord record;
    private final LevelTarget target;

    MetavertexAssembly(FineLevel fine, MetavertexRecord record, LevelTarget target) {
        this.fine = fine;
        this.record = record;
        this.target = target;
    }

    /** @param counts of metavertices, by chunk */
    void requireFits(long... counts) {
        long maxMemoryBytes = fine.context().options().maxMemoryBytes();
        for (int chunk = 0; chunk < counts.length; chunk++) {
            long bytes = counts[chunk] * widest();
            long pieceBytes = counts[chunk] * record.bytes();
            long memory = assemblyBytes(pieceBytes) + pieceBytes;
            if (bytes > target.writer().maxValueBytes() || memory > maxMemoryBytes / 4 * 3) {
                throw new InfeasiblePlanException(
                        "Chunk %s of level %d would have %d metavertices, a value of %d bytes, and take %d of the %d bytes of memory. Give at least %d (-m), take a larger factor, or smaller chunks."
                                .formatted(
                                        target.chunks().key(chunk),
                                        fine.numberAbove(),
                                        counts[chunk],
                                        bytes,
                                        memory,
                                        maxMemoryBytes,
                                        memory / 3 * 4 + 4),
                        memory / 3 * 4 + 4);
            }
        }
    }

    /** The bytes of a row of the widest family. */
    private long widest() {
        long widest = Math.max(17, record.positionBytes());
        for (AttributeMerge attribute : record.attributes()) {
            widest = Math.max(widest, attribute.rowBytes());
        }
        return widest;
    }

    private long assemblyBytes(long pieceBytes) {
        long value = (pieceBytes / record.bytes() + 1) * widest();
        return 2 * value + target.writer().workspaceBytes(value) + (64 << 10);
    }

    /** @param places where homes are told which places their metavertices have; {@code null}: nobody asks */
    void run(Exchange metavertices, @Nullable Exchange places) {
        ChunkValuesWriter vertices = target.writer().vertices();
        ChunkValuesWriter fragments = target.writer().fragments();
        List<ChunkValuesWriter> attributes = new ArrayList<>();
        for (AttributeMerge attribute : record.attributes()) {
            attributes.add(target.writer().vertexAttribute(attribute.attribute()));
        }
        StepProgress progress = fine.progress(Step.ASSEMBLE, target.buckets());
        metavertices.forEach(target::border, this::assemblyBytes, (range, worker) -> {
            target.writeChunks(range, worker, (chunk, pieces) -> {
                writePositions(pieces, chunk, vertices, worker);
                writeFragments(rows(pieces), chunk, fragments, worker);
                writeAttributes(pieces, chunk, attributes, worker);
                if (places != null) {
                    PlaceReturn.tell(pieces, record, chunk, places.out(worker));
                }
                progress.next();
            });
        });
    }

    private int rows(PieceRange range) {
        return (int) (range.bytes() / record.bytes());
    }

    private void writePositions(PieceRange range, int chunk, ChunkValuesWriter writer, Worker worker) {
        writeColumn(range, MetavertexRecord.POSITION, record.positionBytes(), chunk, writer, worker);
    }

    private static void writeFragments(int rows, int chunk, ChunkValuesWriter writer, Worker worker) {
        int mark = worker.workspace().mark();
        int bytes = (int) FragmentBytes.size(rows);
        byte[] value = worker.workspace().borrow(bytes);
        FragmentBytes.putSingleRows(rows, value);
        writer.write(chunk, Bytes.view(value, 0, bytes), worker.workspace());
        worker.workspace().releaseTo(mark);
    }

    private void writeAttributes(PieceRange range, int chunk, List<ChunkValuesWriter> writers, Worker worker) {
        int before = record.values();
        for (int a = 0; a < writers.size(); a++) {
            int width = record.attributes().get(a).rowBytes();
            writeColumn(range, before, width, chunk, writers.get(a), worker);
            before += width;
        }
    }

    /** @param before where in a record the column begins */
    private void writeColumn(
            PieceRange range, int before, int width, int chunk, ChunkValuesWriter writer, Worker worker) {
        Pieces pieces = range.pieces();
        int rows = rows(range);
        int mark = worker.workspace().mark();
        byte[] value = worker.workspace().borrow(rows * width);
        int put = 0;
        for (int piece = range.from(); piece < range.to(); piece++) {
            byte[] array = pieces.array(piece);
            int at = pieces.offset(piece);
            for (int end = at + pieces.length(piece); at < end; at += record.bytes()) {
                Bytes.copyRow(array, at + before, value, put, width);
                put += width;
            }
        }
        writer.write(chunk, Bytes.view(value, 0, rows * width), worker.workspace());
        worker.workspace().releaseTo(mark);
    }
}
