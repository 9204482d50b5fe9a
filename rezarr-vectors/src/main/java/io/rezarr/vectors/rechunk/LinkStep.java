package io.rezarr.vectors.rechunk;

import io.rezarr.error.InfeasiblePlanException;
import io.rezarr.error.MalformedDataException;
import io.rezarr.error.UnsupportedFeatureException;
import io.rezarr.json.JsonObject;
import io.rezarr.memory.Workspace;
import io.rezarr.vectors.model.AttributeFormat;
import io.rezarr.vectors.model.LinkBatch;
import io.rezarr.vectors.model.LinkFamily;
import io.rezarr.vectors.model.LinkFormat;
import io.rezarr.vectors.write.AttributeColumns;
import io.rezarr.vectors.write.LinkWriter;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The links of one delta on their way to where their ends are now. Each end is looked up among the new places of the rows of some chunks, as many as fit
 * in memory; links with ends elsewhere wait for those. Links with all ends go to the chunks that they are filed under.
 */
final class LinkStep {
    /** In the mask of attributes: the link was within a chunk. */
    private static final long WAS_WITHIN = 1L << 62;

    /** Likewise: it was implied. */
    private static final long WAS_IMPLIED = 1L << 61;

    private static final int MAX_ATTRIBUTES = 60;

    /** long order, long ends that are known, long attributes that it has; then ends, then attributes. */
    private static final int HEADER_BYTES = 24;

    private final RunContext context;
    private final LinkEnd here;
    private final LinkEnd there;
    private final @Nullable LinkFamily family;
    private final LinkFormat format;
    private final boolean isTree;
    private final boolean isExplicit;
    private final List<AttributeColumns> attributes;

    /** Of each attribute whether some link has a value: then all get one, since an array of links has values for all of them or for none. */
    private final boolean[] isStored;

    private final int attributesAt;
    private final int recordBytes;
    private final @Nullable ObjectStep steps;
    private @Nullable LinkWriter writer;
    private @Nullable Exchange filed;

    /** @param isExplicit whether no edge of a tree is implied in the destination */
    LinkStep(RunContext context, LinkEnd here, LinkEnd there, LinkFamily family, boolean isExplicit) {
        this(context, here, there, family, family.format(), isExplicit, null);
    }

    private LinkStep(
            RunContext context,
            LinkEnd here,
            LinkEnd there,
            @Nullable LinkFamily family,
            LinkFormat format,
            boolean isExplicit,
            @Nullable ObjectStep steps) {
        this.context = context;
        this.here = here;
        this.there = there;
        this.family = family;
        this.format = format;
        this.isTree = format.delta() == 0 && here.rules().hasTree();
        this.isExplicit = isExplicit;
        this.steps = steps;
        this.isStored = new boolean[family == null ? 0 : family.attributes().size()];
        this.attributes = family == null ? List.of() : columns(family);
        this.attributesAt = HEADER_BYTES + 8 * format.width();
        int bytes = attributesAt;
        for (AttributeColumns attribute : attributes) {
            bytes = Math.addExact(bytes, Math.toIntExact(attribute.rowBytes()));
        }
        this.recordBytes = bytes;
    }

    /** The steps of paths from chunk to chunk, which follow from the objects. */
    static LinkStep ofPaths(RunContext context, LevelRun level, ObjectStep objects) {
        boolean has = level.source().level().linkDeltas().contains(0);
        LinkFamily family = has ? level.source().level().links(0) : null;
        if (family != null && !family.attributes().isEmpty() && family.batches() > 0) {
            throw new UnsupportedFeatureException(
                    "'" + family.path() + "' has attributes of the steps of paths, which rezarr does not move.");
        }
        LinkFormat format = family != null && family.format().width() == 2
                ? family.format()
                : new LinkFormat(0, 2, false, LinkFormat.StorePolicy.CANONICAL, -1, -1, JsonObject.EMPTY);
        LinkStep step = new LinkStep(context, level, level, null, format, false, objects);
        if (has) {
            step.open();
        }
        return step;
    }

    private List<AttributeColumns> columns(LinkFamily of) {
        List<AttributeFormat> formats = of.attributes();
        if (formats.size() > MAX_ATTRIBUTES) {
            throw new UnsupportedFeatureException(
                    "'" + of.path() + "' has " + formats.size() + " attributes, more than " + MAX_ATTRIBUTES + ".");
        }
        long[] columns = new long[formats.size()];
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
        boolean needsArrays =
                !here.rules().followedByFragments() && here.rules().treeByFragments();
        for (int a = 0; a < columns.length; a++) {
            isStored[a] |= needsArrays;
            long declared = Math.max(1, formats.get(a).declaredColumns());
            all.add(new AttributeColumns(formats.get(a), columns[a] > 0 ? columns[a] : declared));
        }
        return all;
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

    private LinkWriter open() {
        LinkWriter made = writer;
        if (made == null) {
            made = here.target()
                    .writer()
                    .links(
                            format,
                            attributes,
                            format.delta() == 0 ? null : there.target().chunks());
            writer = made;
        }
        return made;
    }

    void run() {
        if (steps == null) {
            open();
        }
        try (Exchange of =
                new Exchange(context, here.target().buckets(), expectedBytes(), recordBytes, 8, this::produce)) {
            filed = of;
            of.fill();
            if (writer != null) {
                write(of);
            }
        }
    }

    private long expectedBytes() {
        return here.source().allRows() * recordBytes;
    }

    private void produce() {
        if (steps != null) {
            produceSteps(steps);
            return;
        }
        int[] borders = borders();
        if (borders.length == 2) {
            try (Tables tables = load(borders[0], borders[1])) {
                forEachLink((record, worker) -> resolve(record, tables, worker, null, true));
            }
            return;
        }
        List<Exchange> waiting = new ArrayList<>();
        try {
            for (int end = 0; end < format.width(); end++) {
                Exchange before = end == 0 ? null : waiting.get(end - 1);
                Exchange next = new Exchange(
                        context,
                        chunks(),
                        expectedBytes(),
                        recordBytes,
                        16,
                        () -> fillWaiting(waiting, before, borders));
                waiting.add(next);
                if (before == null) {
                    forEachLink((record, worker) -> putWaiting(record, next.out(worker)));
                } else {
                    lookUp(before, next, borders, true);
                }
                next.seal();
            }
            lookUp(waiting.get(waiting.size() - 1), null, borders, true);
        } finally {
            waiting.forEach(Exchange::close);
        }
    }

    private void fillWaiting(List<Exchange> waiting, @Nullable Exchange before, int[] borders) {
        if (before == null) {
            forEachLink((record, worker) -> putWaiting(record, waiting.get(0).out(worker)));
        } else {
            lookUp(before, waiting.get(waiting.indexOf(before) + 1), borders, false);
        }
    }

    /**
     * Looks up what waits for the chunks of each range in turn.
     *
     * @param files whether links that have all ends then go on; else they have before
     */
    private void lookUp(Exchange waiting, @Nullable Exchange next, int[] borders, boolean files) {
        for (int i = 0; i + 1 < borders.length; i++) {
            try (Tables tables = load(borders[i], borders[i + 1])) {
                waiting.forEachWithin(
                        borders[i], borders[i + 1], bucket -> bucket, bytes -> 64 << 10, (range, worker) -> {
                            byte[] record = new byte[recordBytes];
                            for (int piece = range.from(); piece < range.to(); piece++) {
                                System.arraycopy(
                                        range.pieces().array(piece),
                                        range.pieces().offset(piece),
                                        record,
                                        0,
                                        recordBytes);
                                resolve(record, tables, worker, next, files);
                            }
                        });
            }
        }
    }

    // --- chunks of both levels by one number

    private int chunks() {
        int ofHere = here.source().chunks().size();
        return format.delta() == 0 ? ofHere : ofHere + there.source().chunks().size();
    }

    private int numberOf(int end, int chunk) {
        return end == 0 || format.delta() == 0 ? chunk : here.source().chunks().size() + chunk;
    }

    private int rowsOf(int number) {
        int ofHere = here.source().chunks().size();
        return number < ofHere ? here.source().rows(number) : there.source().rows(number - ofHere);
    }

    /** Ranges of chunks whose rows are looked up together. */
    private int[] borders() {
        long most = Math.min(context.maxHeldBytes(), context.budget().maxBytes() / 6);
        int[] borders = new int[chunks() + 1];
        int count = 1;
        long bytes = 0;
        for (int number = 0; number < chunks(); number++) {
            long its = 8L * rowsOf(number) + 24;
            if (bytes > 0 && bytes + its > most) {
                borders[count++] = number;
                bytes = 0;
            }
            bytes += its;
        }
        borders[count++] = chunks();
        return Arrays.copyOf(borders, count);
    }

    /** The new places of the rows of a range of chunks of either level. */
    private record Tables(AddressTable here, AddressTable there, int chunksHere) implements AutoCloseable {
        boolean has(int number) {
            return number < chunksHere ? here.has(number) : there.has(number - chunksHere);
        }

        long of(int number, int row) {
            return number < chunksHere ? here.of(number, row) : there.of(number - chunksHere, row);
        }

        @Override
        public void close() {
            here.close();
            if (there != here) {
                there.close();
            }
        }
    }

    private Tables load(int first, int end) {
        int ofHere = here.source().chunks().size();
        AddressTable ofFirst = AddressTable.load(context, here, Math.min(first, ofHere), Math.min(end, ofHere));
        AddressTable ofOthers = format.delta() == 0
                ? ofFirst
                : AddressTable.load(context, there, Math.max(0, first - ofHere), Math.max(0, end - ofHere));
        return new Tables(ofFirst, ofOthers, ofHere);
    }

    // --- links of the source

    private interface LinkConsumer {
        /** @param record reused for the next link */
        void link(byte[] record, Worker worker);
    }

    private void forEachLink(LinkConsumer consumer) {
        LinkFamily of = java.util.Objects.requireNonNull(family, "family");
        context.workers().forEach(of.batches(), i -> 0, (number, worker) -> {
            Workspace workspace = worker.workspace();
            int mark = workspace.mark();
            LinkBatch batch = of.read(number, workspace);
            byte[] record = new byte[recordBytes];
            for (int link = 0; link < batch.size(); link++) {
                if (!batch.isCopy(link)) {
                    put(batch, link, (long) number << 31 | link, record);
                    consumer.link(record, worker);
                }
            }
            workspace.releaseTo(mark);
            context.listener().progress(here.number(), VectorRunListener.Step.LINKS, number + 1L, of.batches());
        });
        Exchange implied = isTree ? here.edges() : null;
        if (implied != null) {
            implied.forEach(
                    bucket -> bucket, bytes -> 64 << 10, (range, worker) -> forEachImplied(range, consumer, worker));
        }
    }

    private void put(LinkBatch batch, int link, long order, byte[] record) {
        boolean within = format.delta() == 0 && batch.staysInChunk(link);
        boolean swaps = isTree && format.directed() && !within;
        Bytes.putLong(record, 0, order);
        Bytes.putLong(record, 8, 0);
        for (int end = 0; end < format.width(); end++) {
            int from = swaps ? format.width() - 1 - end : end;
            int chunk = batch.chunk(link, from);
            long row = batch.row(link, from);
            if (chunk < 0 || row < 0 || row >= rowsOf(numberOf(from, chunk))) {
                throw new MalformedDataException(
                                "link",
                                0,
                                "end " + from + " of link " + link + " does not exist: " + batch.describe(link))
                        .in(batch.place());
            }
            Bytes.putLong(record, HEADER_BYTES + 8 * end, (long) chunk << 32 | row);
        }
        long has = within ? WAS_WITHIN : 0;
        int at = attributesAt;
        for (int a = 0; a < attributes.size(); a++) {
            int rowBytes = (int) attributes.get(a).rowBytes();
            ByteBuffer values = batch.attribute(a);
            if (values != null) {
                requireColumns(
                        values.remaining() == (long) batch.size() * rowBytes,
                        batch,
                        attributes.get(a).format(),
                        values.remaining());
                values.get(values.position() + link * rowBytes, record, at, rowBytes);
                has |= 1L << a;
            } else {
                Arrays.fill(record, at, at + rowBytes, (byte) 0);
            }
            at += rowBytes;
        }
        Bytes.putLong(record, 16, has);
    }

    private void forEachImplied(PieceRange range, LinkConsumer consumer, Worker worker) {
        byte[] record = new byte[recordBytes];
        Pieces pieces = range.pieces();
        for (int piece = range.from(); piece < range.to(); piece++) {
            byte[] array = pieces.array(piece);
            int at = pieces.offset(piece);
            long chunk = pieces.bucket(piece);
            for (int end = at + pieces.length(piece); at < end; at += 8) {
                int child = Bytes.getInt(array, at);
                Arrays.fill(record, (byte) 0);
                Bytes.putLong(record, 0, 1L << 62 | chunk << 31 | child);
                Bytes.putLong(record, 16, WAS_WITHIN | WAS_IMPLIED);
                Bytes.putLong(record, HEADER_BYTES, chunk << 32 | child);
                Bytes.putLong(record, HEADER_BYTES + 8, chunk << 32 | Bytes.getInt(array, at + 4));
                consumer.link(record, worker);
            }
        }
    }

    // --- looking up

    /** Looks up the ends that can be; then files the link, or lets it wait in {@code next} for the chunk of an end that is left. */
    private void resolve(byte[] record, Tables tables, Worker worker, @Nullable Exchange next, boolean files) {
        long known = Bytes.getLong(record, 8);
        for (int end = 0; end < format.width(); end++) {
            long address = Bytes.getLong(record, HEADER_BYTES + 8 * end);
            int number = numberOf(end, (int) (address >> 32));
            if ((known >> end & 1) == 0 && tables.has(number)) {
                long now = tables.of(number, (int) address);
                if (now == AddressTable.NONE) {
                    throw new UnsupportedFeatureException("'" + here.number() + "/links/"
                            + LinkFormat.nameOf(format.delta())
                            + "' has a link to a vertex that is in no fragment: keep such vertices.");
                }
                Bytes.putLong(record, HEADER_BYTES + 8 * end, now);
                known |= 1L << end;
            }
        }
        Bytes.putLong(record, 8, known);
        boolean all = Long.bitCount(known) == format.width();
        if (all && files) {
            file(record, worker);
        } else if (!all) {
            putWaiting(
                    record,
                    java.util.Objects.requireNonNull(next, "no end is left behind")
                            .out(worker));
        }
    }

    private void putWaiting(byte[] record, ExchangeOut out) {
        long known = Bytes.getLong(record, 8);
        int end = Long.numberOfTrailingZeros(~known);
        int number = numberOf(end, (int) (Bytes.getLong(record, HEADER_BYTES + 8 * end) >> 32));
        putRecord(out, number, record);
    }

    private void putRecord(ExchangeOut out, long bucket, byte[] record) {
        if (out.begin(bucket, Bytes.getLong(record, 0), recordBytes)) {
            System.arraycopy(record, 0, out.array(), out.offset(), recordBytes);
            out.end();
        }
    }

    /** Puts a link to the chunks that it is filed under, unless it is implied. */
    private void file(byte[] record, Worker worker) {
        long first = Bytes.getLong(record, HEADER_BYTES);
        boolean within = format.delta() == 0;
        for (int end = 1; within && end < format.width(); end++) {
            within = AddressTable.chunk(Bytes.getLong(record, HEADER_BYTES + 8 * end)) == AddressTable.chunk(first);
        }
        if (isTree && isImplied(record, within)) {
            return;
        }
        if (isTree && format.directed() && !within) {
            Bytes.putLong(record, HEADER_BYTES, Bytes.getLong(record, HEADER_BYTES + 8));
            Bytes.putLong(record, HEADER_BYTES + 8, first);
        }
        putFiled(record, worker);
    }

    private boolean isImplied(byte[] record, boolean within) {
        long child = Bytes.getLong(record, HEADER_BYTES);
        long parent = Bytes.getLong(record, HEADER_BYTES + 8);
        boolean hasValues = (Bytes.getLong(record, 16) & (1L << MAX_ATTRIBUTES) - 1) != 0;
        boolean follows = within && AddressTable.row(parent) == AddressTable.row(child) - 1;
        boolean inFragment = !here.rules().treeByFragments() || !AddressTable.beginsFragment(child);
        return !isExplicit && !hasValues && follows && inFragment;
    }

    private void putFiled(byte[] record, Worker worker) {
        int width = format.width();
        int[] chunks = new int[width];
        long[] rows = new long[width];
        for (int end = 0; end < width; end++) {
            long address = Bytes.getLong(record, HEADER_BYTES + 8 * end);
            chunks[end] = AddressTable.chunk(address);
            rows[end] = AddressTable.row(address);
        }
        int[] filings = new int[width];
        int count = open().filings(chunks, rows, 0, filings);
        ExchangeOut out = java.util.Objects.requireNonNull(filed, "filed").out(worker);
        for (int i = 0; i < count; i++) {
            putRecord(out, here.target().bucketOfChunk(filings[i]), record);
        }
    }

    private void produceSteps(ObjectStep of) {
        long[] order = {0};
        byte[] record = new byte[recordBytes];
        Worker caller = context.workers().caller();
        of.forEachStep((fromChunk, fromRow, toChunk, toRow) -> {
            open();
            Bytes.putLong(record, 0, order[0]++);
            Bytes.putLong(record, 8, 3);
            Bytes.putLong(record, 16, 0);
            Bytes.putLong(record, HEADER_BYTES, (long) fromChunk << 32 | (long) fromRow << 1);
            Bytes.putLong(record, HEADER_BYTES + 8, (long) toChunk << 32 | (long) toRow << 1);
            putFiled(record, caller);
        });
    }

    // --- writing

    private void write(Exchange of) {
        of.forEach(
                here.target()::border,
                bytes -> 4 * bytes + here.target().writer().workspaceBytes(bytes) + (64 << 10),
                (range, worker) -> here.target().writeChunks(range, worker, (chunk, pieces) -> {
                    if (pieces.to() > pieces.from()) {
                        writeChunk(pieces, chunk, worker.workspace());
                    }
                }));
    }

    private void writeChunk(PieceRange range, int chunk, Workspace workspace) {
        Pieces pieces = range.pieces();
        int from = range.from();
        int to = range.to();
        int width = format.width();
        int mark = workspace.mark();
        LinkBatch.Builder links = new LinkBatch.Builder(
                "links of chunk " + here.target().chunks().key(chunk),
                width,
                here.target().chunks(),
                there.target().chunks(),
                to - from);
        for (int piece = from; piece < to; piece++) {
            byte[] array = pieces.array(piece);
            int at = pieces.offset(piece);
            boolean within = format.delta() == 0;
            int first = AddressTable.chunk(Bytes.getLong(array, at + HEADER_BYTES));
            for (int end = 0; end < width; end++) {
                long address = Bytes.getLong(array, at + HEADER_BYTES + 8 * end);
                within &= AddressTable.chunk(address) == first;
                links.end(end, AddressTable.chunk(address), AddressTable.row(address));
            }
            links.next();
            if (first == chunk || format.policy() == LinkFormat.StorePolicy.CANONICAL) {
                count(Bytes.getLong(array, at + 16), within);
            }
        }
        List<@Nullable ByteBuffer> values = new ArrayList<>();
        int before = 0;
        for (int a = 0; a < attributes.size(); a++) {
            values.add(!isStored[a] ? null : values(pieces, from, to, a, before, workspace));
            before += (int) attributes.get(a).rowBytes();
        }
        open().write(chunk, links.build(-1, values), workspace);
        workspace.releaseTo(mark);
    }

    private ByteBuffer values(Pieces pieces, int from, int to, int attribute, int before, Workspace workspace) {
        int rowBytes = (int) attributes.get(attribute).rowBytes();
        long bytes = (long) (to - from) * rowBytes;
        if (bytes > Integer.MAX_VALUE - 64) {
            throw new InfeasiblePlanException("The attributes of the links of a chunk would have " + bytes
                    + " bytes, more than a Java array holds. Make chunks smaller.");
        }
        byte[] array = workspace.borrow((int) bytes);
        for (int piece = from; piece < to; piece++) {
            int at = (piece - from) * rowBytes;
            int link = pieces.offset(piece);
            if ((Bytes.getLong(pieces.array(piece), link + 16) >> attribute & 1) != 0) {
                System.arraycopy(pieces.array(piece), link + attributesAt + before, array, at, rowBytes);
            } else {
                MissingValue.put(attributes.get(attribute).format().type(), array, at, rowBytes);
                here.tally().filledValues.increment();
            }
        }
        return Bytes.view(array, 0, (int) bytes);
    }

    private void count(long flags, boolean within) {
        LevelTally tally = here.tally();
        tally.links.increment();
        if ((flags & WAS_IMPLIED) != 0) {
            tally.nowStored.increment();
        }
        if (steps == null && format.delta() == 0 && within != ((flags & WAS_WITHIN) != 0)) {
            (within ? tally.nowWithin : tally.nowCrossing).increment();
        }
    }
}
