package io.rezarr.vectors;

import io.rezarr.memory.Workspace;
import io.rezarr.metadata.DataType;
import io.rezarr.store.MemoryStore;
import io.rezarr.store.StorePrefix;
import io.rezarr.vectors.layout.VectorWriters;
import io.rezarr.vectors.model.AttributeFormat;
import io.rezarr.vectors.model.ChunkAttribute;
import io.rezarr.vectors.model.ChunkIndex;
import io.rezarr.vectors.model.ChunkValues;
import io.rezarr.vectors.model.FragmentIndex;
import io.rezarr.vectors.model.LinkBatch;
import io.rezarr.vectors.model.LinkFamily;
import io.rezarr.vectors.model.ObjectBatch;
import io.rezarr.vectors.model.ObjectIndex;
import io.rezarr.vectors.model.VectorLevel;
import io.rezarr.vectors.model.VectorStore;
import io.rezarr.vectors.node.NodeStoreWriter;
import io.rezarr.vectors.write.AttributeColumns;
import io.rezarr.vectors.write.ChunkValuesWriter;
import io.rezarr.vectors.write.LevelOutline;
import io.rezarr.vectors.write.LevelTotals;
import io.rezarr.vectors.write.LevelWriter;
import io.rezarr.vectors.write.LinkWriter;
import io.rezarr.vectors.write.ObjectIndexWriter;
import io.rezarr.vectors.write.Storage;
import io.rezarr.vectors.write.StoreChanges;
import io.rezarr.vectors.write.StoreGrids;
import io.rezarr.vectors.write.StoreGrids.LevelGrid;
import io.rezarr.vectors.write.StoreWriter;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/** Writes a store as it was read, in the same grid, through the writers of its layout: values, links and objects are handed over, nothing is moved. */
final class PlainCopy {
    private final VectorStore source;
    private final StoreWriter writer;
    private final Workspace workspace = new Workspace();

    private PlainCopy(VectorStore source, StoreWriter writer) {
        this.source = source;
        this.writer = writer;
    }

    /** @param notes takes what the writer says */
    static MemoryStore of(VectorStore source, Storage storage, Path scratch, long maxBufferBytes, List<String> notes) {
        MemoryStore copy = new MemoryStore();
        TreeMap<Integer, LevelGrid> levels = new TreeMap<>();
        for (int number : source.levelNumbers()) {
            var metadata = source.level(number).metadata();
            levels.put(number, new LevelGrid(metadata.chunkShape(), metadata.binShape()));
        }
        StoreGrids grids =
                new StoreGrids(source.metadata().chunkShape(), source.metadata().binShape(), levels);
        NodeStoreWriter.Settings settings = new NodeStoreWriter.Settings(storage, scratch, maxBufferBytes, notes::add);
        try (StoreWriter writer = VectorWriters.create(copy, StorePrefix.ROOT, source, grids, settings)) {
            new PlainCopy(source, writer).run();
        }
        return copy;
    }

    private void run() {
        for (int number : source.levelNumbers()) {
            new OfLevel(source.level(number)).run();
        }
        writer.carryOthers(workspace);
        writer.finish(new StoreChanges(source.metadata().linksConvention()));
    }

    /** What has a value for each chunk. */
    private record Values(ChunkValuesWriter to, ChunkValues from) {}

    /** The links that are filed under a chunk: numbers of chunks and rows of their ends, and a value for each attribute. */
    private record Filed(List<int[]> chunks, List<long[]> rows, List<List<byte @Nullable []>> values) {}

    private final class OfLevel {
        private final VectorLevel level;
        private final ChunkIndex chunks;
        private final LevelWriter to;

        OfLevel(VectorLevel level) {
            this.level = level;
            this.chunks = level.vertices().chunks();
            this.to = writer.level(new LevelOutline(level.metadata().number(), chunks, level.vertexFormat(), level));
        }

        void run() {
            List<Values> families = new ArrayList<>();
            families.add(new Values(to.vertices(), level.vertices()));
            families.add(new Values(to.fragments(), level.fragments()));
            for (String name : level.vertexAttributeNames()) {
                ChunkAttribute attribute = level.vertexAttribute(name);
                families.add(new Values(to.vertexAttribute(columns(attribute, false)), attribute.values()));
            }
            for (String name : level.fragmentAttributeNames()) {
                ChunkAttribute attribute = level.fragmentAttribute(name);
                families.add(new Values(to.fragmentAttribute(columns(attribute, true)), attribute.values()));
            }
            Map<LinkWriter, Map<Integer, Filed>> links = new java.util.LinkedHashMap<>();
            Map<LinkWriter, LinkFamily> linkFamilies = new java.util.LinkedHashMap<>();
            for (int delta : level.linkDeltas()) {
                LinkFamily family = level.links(delta);
                LinkWriter linkWriter = to.links(family.format(), columns(family), there(delta));
                links.put(linkWriter, filed(family, linkWriter));
                linkFamilies.put(linkWriter, family);
            }
            writeChunks(families, links, linkFamilies);
            writeObjects();
            to.carry(workspace);
            long rows = rows(false);
            to.finish(new LevelTotals(rows, rows(true), tiles()), workspace);
        }

        private @Nullable ChunkIndex there(int delta) {
            return delta == 0
                    ? null
                    : source.level(level.metadata().number() + delta).vertices().chunks();
        }

        private int rowsOf(int chunk, boolean fragments) {
            ByteBuffer index = Objects.requireNonNull(level.fragments().read(chunks.key(chunk), workspace));
            ByteBuffer positions = Objects.requireNonNull(level.vertices().read(chunks.key(chunk), workspace));
            return fragments
                    ? FragmentIndex.decode(index).size()
                    : positions.remaining() / level.vertexFormat().rowBytes();
        }

        private AttributeColumns columns(ChunkAttribute attribute, boolean perFragment) {
            for (int chunk = 0; chunk < chunks.size(); chunk++) {
                ByteBuffer values = attribute.values().read(chunks.key(chunk), workspace);
                if (values != null && values.hasRemaining()) {
                    long columns = attribute.format().columns(values.remaining(), rowsOf(chunk, perFragment));
                    return new AttributeColumns(attribute.format(), columns);
                }
            }
            return new AttributeColumns(attribute.format(), 1);
        }

        private List<AttributeColumns> columns(LinkFamily family) {
            List<AttributeColumns> columns = new ArrayList<>();
            for (int a = 0; a < family.attributes().size(); a++) {
                AttributeFormat format = family.attributes().get(a);
                long found = 1;
                for (int b = 0; b < family.batches(); b++) {
                    LinkBatch batch = family.read(b, workspace);
                    ByteBuffer values = batch.attribute(a);
                    if (values != null && batch.size() > 0) {
                        found = format.columns(values.remaining(), batch.size());
                    }
                }
                columns.add(new AttributeColumns(format, found));
            }
            return columns;
        }

        private Map<Integer, Filed> filed(LinkFamily family, LinkWriter linkWriter) {
            int width = family.format().width();
            Map<Integer, Filed> filed = new TreeMap<>();
            for (int b = 0; b < family.batches(); b++) {
                LinkBatch batch = family.read(b, workspace);
                for (int link = 0; link < batch.size(); link++) {
                    if (!batch.isCopy(link)) {
                        file(batch, link, width, family, linkWriter, filed);
                    }
                }
            }
            return filed;
        }

        private void file(
                LinkBatch batch,
                int link,
                int width,
                LinkFamily family,
                LinkWriter linkWriter,
                Map<Integer, Filed> filed) {
            int[] ends =
                    IntStream.range(0, width).map(end -> batch.chunk(link, end)).toArray();
            long[] rows = IntStream.range(0, width)
                    .mapToLong(end -> batch.row(link, end))
                    .toArray();
            int[] filings = new int[width];
            int count = linkWriter.filings(ends, rows, 0, filings);
            for (int i = 0; i < count; i++) {
                Filed of = filed.computeIfAbsent(
                        filings[i], chunk -> new Filed(new ArrayList<>(), new ArrayList<>(), new ArrayList<>()));
                of.chunks.add(ends);
                of.rows.add(rows);
                List<byte @Nullable []> values = new ArrayList<>();
                for (int a = 0; a < family.attributes().size(); a++) {
                    ByteBuffer all = batch.attribute(a);
                    values.add(
                            all == null
                                    ? null
                                    : LogicalLevel.split(all, all.remaining() / batch.size())
                                            .get(link));
                }
                of.values.add(values);
            }
        }

        /** Unit by unit, the last one first, so that their order is seen to mean nothing. */
        private void writeChunks(
                List<Values> families,
                Map<LinkWriter, Map<Integer, Filed>> links,
                Map<LinkWriter, LinkFamily> linkFamilies) {
            TreeMap<Integer, List<Integer>> units = new TreeMap<>(Comparator.reverseOrder());
            for (int chunk = 0; chunk < chunks.size(); chunk++) {
                units.computeIfAbsent(to.unitOf(chunk), unit -> new ArrayList<>())
                        .add(chunk);
            }
            units.forEach((unit, members) -> {
                for (int chunk : members) {
                    for (Values family : families) {
                        ByteBuffer value = family.from.read(chunks.key(chunk), workspace);
                        if (value != null) {
                            family.to.write(chunk, value, workspace);
                        }
                    }
                    links.forEach((linkWriter, filed) -> {
                        Filed of = filed.get(chunk);
                        if (of != null) {
                            LinkFamily family = Objects.requireNonNull(linkFamilies.get(linkWriter));
                            linkWriter.write(chunk, batch(of, family), workspace);
                        }
                    });
                }
                to.endUnit(unit, workspace);
            });
        }

        private LinkBatch batch(Filed filed, LinkFamily family) {
            LinkBatch.Builder builder = new LinkBatch.Builder(
                    "copy",
                    family.format().width(),
                    chunks,
                    family.format().delta() == 0
                            ? chunks
                            : there(family.format().delta()),
                    filed.chunks.size());
            for (int link = 0; link < filed.chunks.size(); link++) {
                for (int end = 0; end < family.format().width(); end++) {
                    builder.end(end, filed.chunks.get(link)[end], filed.rows.get(link)[end]);
                }
                builder.next();
            }
            List<@Nullable ByteBuffer> attributes = new ArrayList<>();
            for (int a = 0; a < family.attributes().size(); a++) {
                attributes.add(values(filed, a, family.attributes().get(a).type()));
            }
            return builder.build(-1, attributes);
        }

        /** Links without a value beside others with one get NaN. */
        private @Nullable ByteBuffer values(Filed filed, int attribute, DataType type) {
            byte[] some = filed.values.stream()
                    .map(values -> values.get(attribute))
                    .filter(Objects::nonNull)
                    .findFirst()
                    .orElse(null);
            if (some == null) {
                return null;
            }
            ByteBuffer nan = ByteBuffer.allocate(some.length).order(ByteOrder.LITTLE_ENDIAN);
            while (type.kind() == DataType.Kind.FLOAT && nan.hasRemaining()) {
                if (type.elementBytes() == 4) {
                    nan.putFloat(Float.NaN);
                } else {
                    nan.putDouble(Double.NaN);
                }
            }
            ByteBuffer rows =
                    ByteBuffer.allocate(some.length * filed.values.size()).order(ByteOrder.LITTLE_ENDIAN);
            filed.values.forEach(values -> {
                byte[] row = values.get(attribute);
                rows.put(row == null ? Arrays.copyOf(nan.array(), some.length) : row);
            });
            return rows.flip();
        }

        private void writeObjects() {
            ObjectIndex index = level.objects();
            if (index == null) {
                return;
            }
            ObjectIndexWriter objects = to.objects(index.objects());
            for (int b = 0; b < index.batches(); b++) {
                ObjectBatch batch = index.read(b, workspace);
                for (int object = 0; object < batch.size(); object++) {
                    objects.begin(batch.id(object));
                    for (int entry = batch.begin(object); entry < batch.end(object); entry++) {
                        for (long f = 0; f < batch.fragmentCount(entry); f++) {
                            objects.fragment(batch.chunk(entry), batch.firstFragment(entry) + f);
                        }
                    }
                    objects.end(workspace);
                }
            }
        }

        private long rows(boolean isLive) {
            long rows = 0;
            for (int chunk = 0; chunk < chunks.size(); chunk++) {
                if (isLive) {
                    FragmentIndex index = FragmentIndex.decode(
                            Objects.requireNonNull(level.fragments().read(chunks.key(chunk), workspace)));
                    java.util.Set<Long> live = new java.util.HashSet<>();
                    for (int f = 0; f < index.size(); f++) {
                        for (long place = 0; place < index.rows(f); place++) {
                            live.add(index.row(f, place));
                        }
                    }
                    rows += live.size();
                } else {
                    rows += rowsOf(chunk, false);
                }
            }
            return rows;
        }

        private boolean tiles() {
            for (int chunk = 0; chunk < chunks.size(); chunk++) {
                FragmentIndex index = FragmentIndex.decode(
                        Objects.requireNonNull(level.fragments().read(chunks.key(chunk), workspace)));
                if (!index.tiles(rowsOf(chunk, false))) {
                    return false;
                }
            }
            return true;
        }
    }
}
