package io.rezarr.vectors.pyramid;

import io.rezarr.error.InfeasiblePlanException;
import io.rezarr.metadata.DataType;
import io.rezarr.vectors.model.ChunkIndex;
import io.rezarr.vectors.model.FragmentIndex;
import io.rezarr.vectors.model.LevelMetadata;
import io.rezarr.vectors.model.Numbers;
import io.rezarr.vectors.model.ObjectBatch;
import io.rezarr.vectors.model.ObjectIndex;
import io.rezarr.vectors.model.VectorLevel;
import io.rezarr.vectors.model.VertexFormat;
import io.rezarr.vectors.model.WorldVector;
import io.rezarr.vectors.pyramid.PyramidOptions.CrossLevelLinks;
import io.rezarr.vectors.rechunk.Bytes;
import io.rezarr.vectors.rechunk.ChunkCounter;
import io.rezarr.vectors.rechunk.Exchange;
import io.rezarr.vectors.rechunk.ExchangeOut;
import io.rezarr.vectors.rechunk.FragmentBytes;
import io.rezarr.vectors.rechunk.FragmentReferences;
import io.rezarr.vectors.rechunk.IndexSort;
import io.rezarr.vectors.rechunk.LevelSource;
import io.rezarr.vectors.rechunk.LevelTarget;
import io.rezarr.vectors.rechunk.Owners;
import io.rezarr.vectors.rechunk.PieceRange;
import io.rezarr.vectors.rechunk.Pieces;
import io.rezarr.vectors.rechunk.RunContext;
import io.rezarr.vectors.rechunk.VectorRunListener.Step;
import io.rezarr.vectors.rechunk.Worker;
import io.rezarr.vectors.write.ChunkValuesWriter;
import io.rezarr.vectors.write.LevelOutline;
import io.rezarr.vectors.write.LevelTotals;
import io.rezarr.vectors.write.LevelWriter;
import io.rezarr.vectors.write.ObjectIndexWriter;
import io.rezarr.vectors.write.StoreGrids.LevelGrid;
import io.rezarr.vectors.write.StoreWriter;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.BitSet;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/**
 * One level made of the one below it.
 *
 * <ol>
 *   <li>Each chunk is grouped by bins, and tells the homes of these what it adds ({@link Partials}).
 *   <li>At its home a bin becomes a metavertex ({@link HomeBins}), which goes to the chunk that its position lies in, and is written.
 *   <li>Its place goes home, and from there back to the chunks that its vertices are in.
 *   <li>These tell the objects which metavertices they have, and both levels which vertices and metavertices are linked.
 * </ol>
 */
final class CoarsenRun implements AutoCloseable {
    private static final int LEAST_HOMES = 1 << 6;
    private static final int MOST_HOMES = 1 << 16;
    private static final int BYTES_PER_HOME = 1 << 16;
    private static final int ADDRESS_BYTES = 12;
    private static final int PAIR_BYTES = 8;

    private final RunContext context;
    private final PyramidPlan plan;
    private final StoreWriter store;
    private final LevelSource source;
    private final int number;
    private final LevelGrid grid;
    private final @Nullable ObjectIndex index;
    private final int homes;
    private final ChunkGroups[] groups;
    private final HomeBins[] bins;
    private final Partials partials;
    private final List<Exchange> open = new ArrayList<>();
    private @Nullable BitSet kept;

    /** @param fine the level below, which stands in the store that is written */
    CoarsenRun(RunContext context, PyramidPlan plan, StoreWriter store, VectorLevel fine) {
        this.context = context;
        this.plan = plan;
        this.store = store;
        this.source = new LevelSource(fine);
        this.number = fine.metadata().number() + 1;
        this.grid = plan.grids().level(number);
        this.index = fine.objects();
        countRows();
        List<AttributeMerge> attributes = new ArrayList<>();
        PyramidOptions.Aggregate how = plan.options().aggregate();
        if (how != null) {
            context.workers().caller().require(0);
            source.measure(context.workers().caller().workspace());
            context.workers().caller().release();
            for (int a = 0; a < source.attributes(); a++) {
                attributes.add(AttributeMerge.of(source.attributeColumns(a), how));
            }
        }
        this.partials = new Partials(source.format().dimensions(), attributes);
        long wanted = source.allRows() * partials.recordBytes() / BYTES_PER_HOME;
        this.homes = Integer.highestOneBit((int) Math.max(LEAST_HOMES, Math.min(MOST_HOMES, wanted)));
        int threads = context.workers().threads();
        this.groups = new ChunkGroups[threads];
        this.bins = new HomeBins[threads];
        for (int i = 0; i < threads; i++) {
            groups[i] = new ChunkGroups(grid.binShape());
            bins[i] = new HomeBins(partials);
        }
    }

    /** Exchanges of a pyramid go to scratch files where they do not fit, and are never filled again. */
    static void notAgain() {
        throw new IllegalStateException("pieces of a pyramid are made once");
    }

    /** How many bytes a chunk has is not known before: if several at once are too much, one after the other may do. */
    private void countRows() {
        try {
            readRows();
        } catch (InfeasiblePlanException tooMuchAtOnce) {
            context.workers().alone(() -> {
                readRows();
                return 0;
            });
        }
    }

    private void readRows() {
        AtomicLong done = new AtomicLong();
        context.workers().forEach(source.chunks().size(), i -> 0, (chunk, worker) -> {
            int mark = worker.workspace().mark();
            source.positions(chunk, worker.workspace());
            worker.workspace().releaseTo(mark);
            progress(Step.COUNT, done, source.chunks().size());
        });
    }

    private void progress(Step step, AtomicLong done, long total) {
        context.listener().progress(number, step, done.incrementAndGet(), total);
    }

    /** What it takes to go through the rows of the fullest chunk. */
    static long chunkBytes(LevelSource source) {
        long rows = 0;
        for (int chunk = 0; chunk < source.chunks().size(); chunk++) {
            rows = Math.max(rows, source.rows(chunk));
        }
        int dimensions = source.format().dimensions();
        long perRow = 3L * (source.positionBytes() + attributeBytes(source))
                + ChunkGroups.rowBytes(dimensions)
                + 8L * dimensions
                + 48;
        return rows * perRow + (64 << 10);
    }

    private static long attributeBytes(LevelSource source) {
        return source.rowBytes() - (long) source.positionBytes();
    }

    private Exchange opened(long buckets, long bytes, int share) {
        Exchange exchange = new Exchange(context, buckets, bytes, 0, share, CoarsenRun::notAgain);
        open.add(exchange);
        return exchange;
    }

    PyramidReport.OfLevel run() {
        Exchange references = references();
        if (index != null && references != null) {
            kept = kept(index, references);
        }
        long rows = source.allRows();
        Exchange toHomes = opened(homes, rows * partials.recordBytes(), 4);
        sendPartials(references, toHomes);
        toHomes.seal();
        close(references);

        LevelTarget target = target(count(toHomes));
        long vertices = Arrays.stream(counts).sum();
        Exchange metavertices = opened(Math.max(1, target.buckets()), vertices * metavertexBytes(), 6);
        Exchange answers = opened(homes, rows * PAIR_BYTES + vertices * ADDRESS_BYTES, 8);
        place(toHomes, target, metavertices, answers);
        metavertices.seal();
        close(toHomes);
        assemble(metavertices, target, answers);
        answers.seal();
        close(metavertices);

        if (needsAddresses()) {
            Exchange returned = opened(Math.max(1, source.chunks().size()), rows * (ADDRESS_BYTES + 4), 6);
            answer(answers, returned);
            putReferences(returned);
            returned.seal();
            close(answers);
            link(returned, target);
        }
        finish(target, vertices);
        long objects = index == null ? 0 : index.objects();
        BitSet selected = kept;
        return new PyramidReport.OfLevel(
                number, vertices, target.buckets(), objects, selected == null ? objects : selected.cardinality());
    }

    private void close(@Nullable Exchange exchange) {
        if (exchange != null) {
            exchange.close();
            open.remove(exchange);
        }
    }

    private boolean needsAddresses() {
        return index != null || plan.hasLinks();
    }

    // --- what refers to fragments

    private @Nullable Exchange references() {
        if (index == null) {
            return null;
        }
        Exchange references = opened(Math.max(1, source.chunks().size()), source.allRows() * 4, 16);
        putReferences(references);
        references.seal();
        return references;
    }

    private void putReferences(Exchange to) {
        ObjectIndex of = index;
        if (of != null) {
            context.workers()
                    .forEach(
                            of.batches(),
                            i -> 0,
                            (i, worker) -> FragmentReferences.putObjects(of, i, to.out(worker), worker.workspace()));
        }
    }

    /** {@code null}: all. */
    private @Nullable BitSet kept(ObjectIndex of, Exchange references) {
        double sparsity = plan.options().factors().get(number - 1).sparsity();
        if (sparsity <= 1 || of.objects() <= 1) {
            return null;
        }
        PyramidOptions options = plan.options();
        return ObjectSelection.select(context, source, of, references, sparsity, options.selection(), options.seed());
    }

    private boolean isKept(long object) {
        BitSet of = kept;
        return of == null || of.get((int) object);
    }

    // --- chunks tell homes

    private void sendPartials(@Nullable Exchange references, Exchange to) {
        AtomicLong done = new AtomicLong();
        long bytes = chunkBytes(source);
        if (references == null) {
            context.workers().forEach(source.chunks().size(), i -> bytes, (chunk, worker) -> {
                sendPartials(chunk, null, to.out(worker), worker);
                progress(Step.PARTITION, done, source.chunks().size());
            });
            return;
        }
        references.forEach(bucket -> bucket, extra -> bytes + 2 * extra, (range, worker) -> {
            for (long chunk = range.firstBucket();
                    chunk < range.endBucket() && chunk < source.chunks().size();
                    chunk++) {
                sendPartials((int) chunk, range, to.out(worker), worker);
                progress(Step.PARTITION, done, source.chunks().size());
            }
        });
    }

    private void sendPartials(int chunk, @Nullable PieceRange range, ExchangeOut out, Worker worker) {
        int mark = worker.workspace().mark();
        ByteBuffer positions = source.positions(chunk, worker.workspace());
        int rows = source.rows(chunk);
        FragmentIndex fragments = source.fragments(chunk, worker.workspace());
        ChunkGroups of = groups[worker.number()];
        of.group(positions, source.format(), fragments, rows, place(chunk));
        int[] weights = weights(chunk, rows, fragments, range);
        List<AttributeMerge.OfChunk> values = new ArrayList<>();
        for (int a = 0; a < partials.attributes().size() && rows > 0; a++) {
            values.add(partials.attributes().get(a)
            .new OfChunk(source.attribute(a, chunk, worker.workspace()), of, weights));
        }
        partials.put(chunk, of, positions, source.format(), weights, values, plan.hasLinks(), this::homeOf, out);
        worker.workspace().releaseTo(mark);
    }

    private String place(int chunk) {
        return source.path() + " chunk " + source.chunks().key(chunk);
    }

    /** How often each row counts: once for every object that is kept and has it; without objects, for every fragment. */
    private int[] weights(int chunk, int rows, FragmentIndex fragments, @Nullable PieceRange range) {
        int[] weights = new int[rows];
        Owners owners = range == null ? null : Owners.of(range, chunk, fragments.size(), place(chunk));
        for (int f = 0; f < fragments.size(); f++) {
            int times = owners == null ? 1 : 0;
            for (int owner = owners == null ? 0 : owners.begin(f); owners != null && owner < owners.end(f); owner++) {
                times += isKept(owners.object(owner)) ? 1 : 0;
            }
            for (long i = 0; i < fragments.rows(f) && times > 0; i++) {
                weights[(int) fragments.row(f, i)] += times;
            }
        }
        return weights;
    }

    /** Bins whose middle lies in one chunk come together at one home. */
    private int homeOf(ChunkGroups of, int group) {
        long hash = 0;
        WorldVector bin = grid.binShape();
        for (int axis = 0; axis < bin.dimensions(); axis++) {
            double middle = (of.bin(group, axis) + 0.5) * bin.component(axis);
            hash = (hash ^ (long) Math.floor(middle / grid.chunkShape().component(axis))) * 0x9e3779b97f4a7c15L;
            hash ^= hash >>> 32;
        }
        return (int) hash & homes - 1;
    }

    // --- homes make metavertices

    /** Is given the metavertices of a home, which were made of pieces from {@code from} up to {@code to}. */
    private interface HomeTask {
        void run(HomeBins of, PieceRange range, int from, int to, Worker worker);
    }

    private void forEachHome(Exchange toHomes, HomeTask task) {
        long perRecord = HomeBins.recordBytes(partials) + 16;
        toHomes.forEach(
                bucket -> bucket,
                bytes -> (bytes / partials.values() + 1) * perRecord + (64 << 10),
                (range, worker) -> {
                    int piece = range.from();
                    while (piece < range.to()) {
                        int end = range.endOfBucket(piece);
                        HomeBins of = bins[worker.number()];
                        of.merge(range, piece, end);
                        task.run(of, range, piece, end, worker);
                        piece = end;
                    }
                });
    }

    private ChunkIndex count(Exchange toHomes) {
        ChunkCounter all = new ChunkCounter(grid.chunkShape().dimensions());
        forEachHome(toHomes, (of, range, from, to, worker) -> {
            long[] key = new long[grid.chunkShape().dimensions()];
            synchronized (all) {
                for (int i = 0; i < of.size(); i++) {
                    chunkOf(of, i, key);
                    all.add(key, 1);
                }
            }
        });
        ChunkIndex chunks = all.index();
        counts = all.countsBy(chunks);
        return chunks;
    }

    /** Metavertices by chunk. */
    private long[] counts = new long[0];

    private void chunkOf(HomeBins of, int metavertex, long[] key) {
        for (int axis = 0; axis < key.length; axis++) {
            double position = of.position(metavertex, axis);
            key[axis] = (long) Math.floor(position / grid.chunkShape().component(axis));
        }
    }

    private LevelTarget target(ChunkIndex chunks) {
        LevelMetadata below = source.level().metadata();
        long objects = index == null ? -1 : index.objects();
        LevelMetadata metadata = new LevelMetadata(
                below.number(),
                grid.chunkShape(),
                grid.binShape(),
                null,
                0,
                below.rank(),
                null,
                plan.levelAttributes(number, objects, !partials.attributes().isEmpty()));
        DataType float32 = Objects.requireNonNull(Numbers.type("float32"));
        LevelWriter writer = store.level(new LevelOutline(
                number,
                chunks,
                new VertexFormat(float32, source.format().dimensions()),
                new CoarseTemplate(source.level(), metadata)));
        LevelTarget target = new LevelTarget(grid.grid(), chunks, index != null, false, writer);
        requireFits(target);
        return target;
    }

    private void requireFits(LevelTarget target) {
        for (int chunk = 0; chunk < counts.length; chunk++) {
            long bytes = counts[chunk] * widest();
            long memory = assemblyBytes(counts[chunk] * metavertexBytes(), target) + counts[chunk] * metavertexBytes();
            if (bytes > target.writer().maxValueBytes()
                    || memory > context.options().maxMemoryBytes() / 4 * 3) {
                throw new InfeasiblePlanException(
                        "Chunk %s of level %d would have %d metavertices, a value of %d bytes, and take %d of the %d bytes of memory. Give at least %d (-m), take a larger factor, or smaller chunks."
                                .formatted(
                                        target.chunks().key(chunk),
                                        number,
                                        counts[chunk],
                                        bytes,
                                        memory,
                                        context.options().maxMemoryBytes(),
                                        memory / 3 * 4 + 4),
                        memory / 3 * 4 + 4);
            }
        }
    }

    private int metavertexBytes() {
        int bytes = 4 + 4 * partials.dimensions();
        for (AttributeMerge attribute : partials.attributes()) {
            bytes += attribute.rowBytes();
        }
        return bytes;
    }

    /** The bytes of a row of the widest family. */
    private long widest() {
        long widest = Math.max(17, 4L * partials.dimensions());
        for (AttributeMerge attribute : partials.attributes()) {
            widest = Math.max(widest, attribute.rowBytes());
        }
        return widest;
    }

    private long assemblyBytes(long pieceBytes, LevelTarget target) {
        long value = (pieceBytes / metavertexBytes() + 1) * widest();
        return 2 * value + target.writer().workspaceBytes(value) + (64 << 10);
    }

    /** Sends metavertices to their chunks, and notes where their answers have to go. */
    private void place(Exchange toHomes, LevelTarget target, Exchange metavertices, Exchange answers) {
        int record = metavertexBytes();
        int most = Exchange.USUAL_PIECE_BYTES / Math.max(record, ADDRESS_BYTES);
        forEachHome(toHomes, (of, range, from, to, worker) -> {
            int home = (int) range.pieces().bucket(from);
            int[] bucketOf = new int[of.size()];
            long[] key = new long[partials.dimensions()];
            for (int i = 0; i < bucketOf.length; i++) {
                chunkOf(of, i, key);
                bucketOf[i] = target.bucketOfChunk(target.chunks().find(key, 0));
            }
            int[] order = IndexSort.sort(bucketOf.length, (a, b) -> Integer.compare(bucketOf[a], bucketOf[b]));
            ExchangeOut out = metavertices.out(worker);
            int sequence = 0;
            for (int first = 0; first < order.length; ) {
                int end = first;
                while (end < order.length && end - first < most && bucketOf[order[end]] == bucketOf[order[first]]) {
                    end++;
                }
                if (out.begin(bucketOf[order[first]], (long) home << 32 | sequence++, (end - first) * record)) {
                    for (int i = first; i < end; i++) {
                        putMetavertex(of, order[i], out.array(), out.offset() + (i - first) * record);
                    }
                    out.end();
                }
                first = end;
            }
            if (needsAddresses()) {
                noteAnswers(of, range, from, to, answers.out(worker));
            }
        });
    }

    private void putMetavertex(HomeBins of, int metavertex, byte[] to, int at) {
        Bytes.putInt(to, at, metavertex);
        for (int axis = 0; axis < partials.dimensions(); axis++) {
            Bytes.putInt(to, at + 4 + 4 * axis, Float.floatToRawIntBits(of.position(metavertex, axis)));
        }
        of.copyValues(metavertex, to, at + 4 + 4 * partials.dimensions());
    }

    /** For each piece of partial results a piece: the chunk that they come from, then (group, metavertex) of each. */
    private static void noteAnswers(HomeBins of, PieceRange range, int from, int to, ExchangeOut out) {
        Pieces pieces = range.pieces();
        int record = 0;
        for (int piece = from; piece < to; piece++) {
            byte[] array = pieces.array(piece);
            int begin = pieces.offset(piece);
            int end = begin + pieces.length(piece);
            int count = 0;
            for (int at = begin; at < end; at += Bytes.getInt(array, at)) {
                count++;
            }
            if (out.begin(pieces.bucket(piece), Long.MIN_VALUE | piece - from, 4 + count * PAIR_BYTES)) {
                byte[] answer = out.array();
                int put = out.offset();
                Bytes.putInt(answer, put, (int) (pieces.id(piece) >>> 24));
                put += 4;
                int inPiece = record;
                for (int at = begin; at < end; at += Bytes.getInt(array, at)) {
                    Bytes.putInt(answer, put, Bytes.getInt(array, at + Partials.GROUP));
                    Bytes.putInt(answer, put + 4, of.indexOf(inPiece++));
                    put += PAIR_BYTES;
                }
                out.end();
            }
            record += count;
        }
    }

    // --- chunks of metavertices

    private void assemble(Exchange metavertices, LevelTarget target, Exchange answers) {
        LevelWriter writer = target.writer();
        ChunkValuesWriter vertices = writer.vertices();
        ChunkValuesWriter fragments = writer.fragments();
        List<ChunkValuesWriter> attributes = new ArrayList<>();
        for (AttributeMerge attribute : partials.attributes()) {
            attributes.add(writer.vertexAttribute(attribute.attribute()));
        }
        AtomicLong done = new AtomicLong();
        metavertices.forEach(target::border, bytes -> assemblyBytes(bytes, target), (range, worker) -> {
            int piece = range.from();
            for (long bucket = range.firstBucket(); bucket < range.endBucket() && bucket < target.buckets(); bucket++) {
                int end = piece;
                while (end < range.to() && range.pieces().bucket(end) == bucket) {
                    end++;
                }
                int chunk = target.chunkOf(bucket);
                writeChunk(range.pieces(), piece, end, chunk, vertices, fragments, attributes, worker);
                if (needsAddresses()) {
                    sendAddresses(range.pieces(), piece, end, chunk, (int) bucket, answers.out(worker));
                }
                if (target.endsUnit(bucket)) {
                    writer.endUnit(target.unitOf(bucket), worker.workspace());
                }
                piece = end;
                progress(Step.ASSEMBLE, done, target.buckets());
            }
        });
    }

    private void writeChunk(
            Pieces pieces,
            int from,
            int to,
            int chunk,
            ChunkValuesWriter vertices,
            ChunkValuesWriter fragments,
            List<ChunkValuesWriter> attributes,
            Worker worker) {
        int rows = (int) (pieces.bytes(from, to) / metavertexBytes());
        writeColumn(pieces, from, to, rows, 4, 4 * partials.dimensions(), chunk, vertices, worker);
        int mark = worker.workspace().mark();
        int bytes = (int) FragmentBytes.size(rows);
        byte[] value = worker.workspace().borrow(bytes);
        FragmentBytes.putSingleRows(rows, value);
        fragments.write(chunk, Bytes.view(value, 0, bytes), worker.workspace());
        worker.workspace().releaseTo(mark);
        int before = 4 + 4 * partials.dimensions();
        for (int a = 0; a < attributes.size(); a++) {
            int width = partials.attributes().get(a).rowBytes();
            writeColumn(pieces, from, to, rows, before, width, chunk, attributes.get(a), worker);
            before += width;
        }
    }

    private void writeColumn(
            Pieces pieces,
            int from,
            int to,
            int rows,
            int before,
            int width,
            int chunk,
            ChunkValuesWriter writer,
            Worker worker) {
        int mark = worker.workspace().mark();
        byte[] value = worker.workspace().borrow(rows * width);
        int put = 0;
        for (int piece = from; piece < to; piece++) {
            byte[] array = pieces.array(piece);
            int at = pieces.offset(piece);
            for (int end = at + pieces.length(piece); at < end; at += metavertexBytes()) {
                Bytes.copyRow(array, at + before, value, put, width);
                put += width;
            }
        }
        writer.write(chunk, Bytes.view(value, 0, rows * width), worker.workspace());
        worker.workspace().releaseTo(mark);
    }

    /** Tells homes where their metavertices are now: (metavertex, chunk, row). */
    private void sendAddresses(Pieces pieces, int from, int to, int chunk, int bucket, ExchangeOut out) {
        int row = 0;
        for (int piece = from; piece < to; piece++) {
            int count = pieces.length(piece) / metavertexBytes();
            if (out.begin(pieces.id(piece) >>> 32, (long) bucket << 31 | piece - from, count * ADDRESS_BYTES)) {
                for (int i = 0; i < count; i++) {
                    int at = out.offset() + i * ADDRESS_BYTES;
                    int metavertex = Bytes.getInt(pieces.array(piece), pieces.offset(piece) + i * metavertexBytes());
                    Bytes.putInt(out.array(), at, metavertex);
                    Bytes.putInt(out.array(), at + 4, chunk);
                    Bytes.putInt(out.array(), at + 8, row + i);
                }
                out.end();
            }
            row += count;
        }
    }

    // --- places go back to the chunks of the source

    private static void answer(Exchange answers, Exchange returned) {
        answers.forEach(bucket -> bucket, bytes -> 2 * bytes + (64 << 10), (range, worker) -> {
            int piece = range.from();
            while (piece < range.to()) {
                int end = range.endOfBucket(piece);
                answerHome(range.pieces(), piece, end, returned.out(worker));
                piece = end;
            }
        });
    }

    private static void answerHome(Pieces pieces, int from, int to, ExchangeOut out) {
        int size = 0;
        for (int piece = from; piece < to; piece++) {
            size += pieces.id(piece) >= 0 ? pieces.length(piece) / ADDRESS_BYTES : 0;
        }
        int[] chunks = new int[size];
        int[] rows = new int[size];
        for (int piece = from; piece < to; piece++) {
            for (int i = 0; pieces.id(piece) >= 0 && i < pieces.length(piece); i += ADDRESS_BYTES) {
                int at = pieces.offset(piece) + i;
                int metavertex = Bytes.getInt(pieces.array(piece), at);
                chunks[metavertex] = Bytes.getInt(pieces.array(piece), at + 4);
                rows[metavertex] = Bytes.getInt(pieces.array(piece), at + 8);
            }
        }
        long home = pieces.bucket(from);
        for (int piece = from; piece < to && pieces.id(piece) < 0; piece++) {
            byte[] array = pieces.array(piece);
            int begin = pieces.offset(piece);
            int count = (pieces.length(piece) - 4) / PAIR_BYTES;
            long id = Long.MIN_VALUE | home << 32 | piece - from;
            if (out.begin(Bytes.getInt(array, begin), id, count * ADDRESS_BYTES)) {
                for (int i = 0; i < count; i++) {
                    int at = out.offset() + i * ADDRESS_BYTES;
                    int metavertex = Bytes.getInt(array, begin + 4 + i * PAIR_BYTES + 4);
                    Bytes.putInt(out.array(), at, Bytes.getInt(array, begin + 4 + i * PAIR_BYTES));
                    Bytes.putInt(out.array(), at + 4, metavertex < 0 ? -1 : chunks[metavertex]);
                    Bytes.putInt(out.array(), at + 8, metavertex < 0 ? -1 : rows[metavertex]);
                }
                out.end();
            }
        }
    }

    // --- objects and links

    private void link(Exchange returned, LevelTarget target) {
        ObjectIndex of = index;
        Exchange toObjects = of == null ? null : opened(Math.max(1, of.objects()), source.allRows() * PAIR_BYTES, 8);
        boolean isExplicit = plan.options().links() == CrossLevelLinks.EXPLICIT;
        VectorLevel fine = source.level();
        if (!plan.hasLinks()) {
            forEachReturned(returned, toObjects, null);
            writeObjects(of, toObjects, target);
            return;
        }
        LevelWriter fineWriter = store.level(new LevelOutline(number - 1, source.chunks(), source.format(), fine));
        LevelTarget below = new LevelTarget(fine.metadata().grid(), source.chunks(), false, false, fineWriter);
        try (CrossLevelStep links = new CrossLevelStep(context, below, target, 1, isExplicit, source.allRows())) {
            forEachReturned(returned, toObjects, links);
            close(returned);
            writeObjects(of, toObjects, target);
            links.write();
            finishAgain(context, fine, fineWriter);
        }
    }

    /** Ends the writing of links to a level that was finished before. */
    static void finishAgain(RunContext context, VectorLevel level, LevelWriter writer) {
        LevelMetadata metadata = level.metadata();
        Worker caller = context.workers().caller();
        caller.require(context.budget().maxBytes() / 8);
        writer.finish(
                new LevelTotals(metadata.vertexCount(), metadata.vertexCount(), metadata.isTrue("fragments_tile")),
                caller.workspace());
        caller.release();
    }

    private void forEachReturned(Exchange returned, @Nullable Exchange toObjects, @Nullable CrossLevelStep links) {
        AtomicLong done = new AtomicLong();
        long bytes = chunkBytes(source);
        returned.forEach(bucket -> bucket, extra -> bytes + 3 * extra, (range, worker) -> {
            int piece = range.from();
            while (piece < range.to()) {
                int end = range.endOfBucket(piece);
                linkChunk(range, piece, end, toObjects, links, worker);
                piece = end;
                progress(Step.LINKS, done, source.chunks().size());
            }
        });
        if (toObjects != null) {
            toObjects.seal();
        }
    }

    private void linkChunk(
            PieceRange range,
            int from,
            int to,
            @Nullable Exchange toObjects,
            @Nullable CrossLevelStep links,
            Worker worker) {
        Pieces pieces = range.pieces();
        int chunk = (int) pieces.bucket(from);
        int mark = worker.workspace().mark();
        ByteBuffer positions = source.positions(chunk, worker.workspace());
        int rows = source.rows(chunk);
        FragmentIndex fragments = source.fragments(chunk, worker.workspace());
        ChunkGroups of = groups[worker.number()];
        of.group(positions, source.format(), fragments, rows, place(chunk));
        worker.workspace().releaseTo(mark);
        int[] chunks = new int[of.groups()];
        int[] theirRows = new int[of.groups()];
        Arrays.fill(chunks, -1);
        for (int piece = from; piece < to && pieces.id(piece) < 0; piece++) {
            for (int i = 0; i < pieces.length(piece); i += ADDRESS_BYTES) {
                int at = pieces.offset(piece) + i;
                int group = Bytes.getInt(pieces.array(piece), at);
                chunks[group] = Bytes.getInt(pieces.array(piece), at + 4);
                theirRows[group] = Bytes.getInt(pieces.array(piece), at + 8);
            }
        }
        if (links != null) {
            putLinks(chunk, of, chunks, theirRows, links, worker);
        }
        if (toObjects != null) {
            Owners owners = Owners.of(range, chunk, fragments.size(), place(chunk));
            for (int f = 0; f < fragments.size(); f++) {
                putFragment(fragments, f, of, chunks, theirRows, owners, toObjects.out(worker));
            }
        }
    }

    private static void putLinks(
            int chunk, ChunkGroups of, int[] chunks, int[] theirRows, CrossLevelStep links, Worker worker) {
        int[] rows = new int[of.rows()];
        int[] targets = new int[rows.length];
        int[] targetRows = new int[rows.length];
        int count = 0;
        for (int row = 0; row < rows.length; row++) {
            int group = of.groupOf(row);
            if (group != ChunkGroups.NONE && chunks[group] >= 0) {
                rows[count] = row;
                targets[count] = chunks[group];
                targetRows[count++] = theirRows[group];
            }
        }
        if (count > 0) {
            links.put(chunk, (long) chunk << 20, count, rows, targets, targetRows, worker);
        }
    }

    /** Tells the objects that have a fragment which metavertices it has become, one after the other, none twice in a row. */
    private void putFragment(
            FragmentIndex fragments,
            int fragment,
            ChunkGroups of,
            int[] chunks,
            int[] theirRows,
            Owners owners,
            ExchangeOut out) {
        int most = Exchange.USUAL_PIECE_BYTES / PAIR_BYTES;
        for (int owner = owners.begin(fragment); owner < owners.end(fragment); owner++) {
            if (!isKept(owners.object(owner))) {
                continue;
            }
            int[] path = new int[(int) fragments.rows(fragment)];
            int size = 0;
            for (int i = 0; i < path.length; i++) {
                int group = of.groupOf((int) fragments.row(fragment, i));
                if (size == 0 || path[size - 1] != group) {
                    path[size++] = group;
                }
            }
            int sequence = 0;
            for (int first = 0; first < size; first += most) {
                int count = Math.min(most, size - first);
                long id = (long) owners.place(owner) << 24 | sequence++;
                if (out.begin(owners.object(owner), id, count * PAIR_BYTES)) {
                    for (int i = 0; i < count; i++) {
                        int at = out.offset() + i * PAIR_BYTES;
                        Bytes.putInt(out.array(), at, chunks[path[first + i]]);
                        Bytes.putInt(out.array(), at + 4, theirRows[path[first + i]]);
                    }
                    out.end();
                }
            }
        }
    }

    private void writeObjects(@Nullable ObjectIndex of, @Nullable Exchange toObjects, LevelTarget target) {
        if (of == null || toObjects == null) {
            return;
        }
        ObjectIndexWriter writer = target.writer().objects(of.objects());
        ObjectBatch[] batch = new ObjectBatch[1];
        int[] nextBatch = {0};
        AtomicLong done = new AtomicLong();
        toObjects.forEachInOrder(bytes -> 64 << 10, (range, worker) -> {
            int piece = range.from();
            for (long object = range.firstBucket(); object < range.endBucket() && object < of.objects(); object++) {
                while (batch[0] == null || object >= batch[0].first() + batch[0].size()) {
                    int mark = worker.workspace().mark();
                    batch[0] = of.read(nextBatch[0]++, worker.workspace());
                    worker.workspace().releaseTo(mark);
                    progress(Step.OBJECTS, done, of.batches());
                }
                writer.begin(batch[0].id((int) (object - batch[0].first())));
                long last = -1;
                for (; piece < range.to() && range.pieces().bucket(piece) == object; piece++) {
                    last = putManifest(range.pieces(), piece, last, writer);
                }
                writer.end(worker.workspace());
            }
        });
        close(toObjects);
    }

    private static long putManifest(Pieces pieces, int piece, long before, ObjectIndexWriter writer) {
        byte[] array = pieces.array(piece);
        int at = pieces.offset(piece);
        long last = before;
        for (int end = at + pieces.length(piece); at < end; at += PAIR_BYTES) {
            long metavertex = (long) Bytes.getInt(array, at) << 32 | Bytes.getInt(array, at + 4);
            if (metavertex != last) {
                writer.fragment(Bytes.getInt(array, at), Bytes.getInt(array, at + 4));
            }
            last = metavertex;
        }
        return last;
    }

    private void finish(LevelTarget target, long vertices) {
        Worker caller = context.workers().caller();
        caller.require(context.budget().maxBytes() / 8);
        target.writer().objectAttributes(kept, caller.workspace());
        target.writer().finish(new LevelTotals(vertices, vertices, false), caller.workspace());
        caller.release();
    }

    @Override
    public void close() {
        open.forEach(Exchange::close);
    }
}
