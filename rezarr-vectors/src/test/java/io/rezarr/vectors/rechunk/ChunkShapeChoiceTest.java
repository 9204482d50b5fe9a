package io.rezarr.vectors.rechunk;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowable;

import io.rezarr.error.InfeasiblePlanException;
import io.rezarr.error.InvalidRequestException;
import io.rezarr.memory.Workspace;
import io.rezarr.vectors.ZvfStores;
import io.rezarr.vectors.model.ChunkKey;
import io.rezarr.vectors.model.GeometryType;
import io.rezarr.vectors.model.LinkBatch;
import io.rezarr.vectors.model.LinkFamily;
import io.rezarr.vectors.model.StoreMetadata;
import io.rezarr.vectors.model.VectorLevel;
import io.rezarr.vectors.model.VectorStore;
import io.rezarr.vectors.model.WorldVector;
import java.nio.ByteBuffer;
import java.util.HashMap;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.LongStream;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Choices for the stores of both reference packages, held against a count of every vertex and link. */
class ChunkShapeChoiceTest {
    private static final long MEMORY = 256 << 20;
    private static final long BIN_BYTES = 16;
    private static final int SEEDS = 4;
    private static final int LIMITS = 3;

    static Stream<String> stores() {
        return ZvfStores.all().stream().filter(name -> !name.endsWith("empty3"));
    }

    static Stream<String> storesWithLinks() {
        return stores().filter(name -> name.contains("graph") || name.contains("mesh") || name.contains("skel"));
    }

    /** Those of 0.9 have rows in no fragment, although their level claims that fragments tile. */
    static Stream<Object[]> randomStores() {
        return RandomStoresTest.TEMPLATES.stream()
                .filter(template -> template.startsWith("07/"))
                .flatMap(template -> LongStream.range(0, SEEDS).mapToObj(seed -> new Object[] {template, seed}));
    }

    private static ChunkShapeChoice choice(VectorStore store, ChunkLimit limit) {
        return ChunkShapeChoice.of(store, store.levelNumbers(), limit, null, MEMORY);
    }

    /** What the fullest chunk would hold, counted one by one. */
    private static long fullest(VectorStore store, ChunkLimit.Unit unit, WorldVector root) {
        long fullest = 0;
        boolean hasPyramid = store.levelNumbers().size() > 1;
        for (int number : store.levelNumbers()) {
            fullest = Math.max(fullest, fullest(store, store.level(number), unit, root, hasPyramid));
        }
        return fullest;
    }

    /** How many chunks all levels would have. */
    private static long chunks(VectorStore store, WorldVector root) {
        return store.levelNumbers().stream()
                .mapToLong(number -> held(store, store.level(number), ChunkLimit.Unit.LINKS, root)
                        .size())
                .sum();
    }

    private static long fullest(
            VectorStore store, VectorLevel level, ChunkLimit.Unit unit, WorldVector root, boolean keepsBins) {
        StoreMetadata metadata = store.metadata();
        boolean hasNoBins = unit != ChunkLimit.Unit.BYTES
                || !metadata.geometryTypes().contains(GeometryType.POINT_CLOUD)
                || level.objects() != null
                || level.metadata().isTrue("shared_fragments");
        long bins = hasNoBins ? 0 : bins(level, shape(store, level, root), keepsBins);
        return held(store, level, unit, root).values().stream()
                        .mapToLong(Long::longValue)
                        .max()
                        .orElse(0)
                + BIN_BYTES * bins;
    }

    private static double[] shape(VectorStore store, VectorLevel level, WorldVector root) {
        double[] shape = level.metadata().chunkShape().toArray();
        for (int axis = 0; axis < shape.length; axis++) {
            shape[axis] *= root.component(axis) / store.metadata().chunkShape().component(axis);
        }
        return shape;
    }

    /** What each chunk of a level would hold, but for bins. */
    private static Map<String, Long> held(
            VectorStore store, VectorLevel level, ChunkLimit.Unit unit, WorldVector root) {
        StoreMetadata metadata = store.metadata();
        double[] shape = shape(store, level, root);
        boolean isBytes = unit == ChunkLimit.Unit.BYTES;
        boolean isTree = metadata.geometryTypes().contains(GeometryType.SKELETON)
                && level.linkDeltas().contains(0);
        Map<String, Long> held = new HashMap<>();
        long rowWeight = isBytes ? rowBytes(level) : isTree ? 1 : 0;
        Workspace workspace = new Workspace();
        String[][] keys = new String[level.vertices().chunks().size()][];
        for (int chunk = 0; chunk < keys.length; chunk++) {
            ByteBuffer positions = Objects.requireNonNull(
                    level.vertices().read(level.vertices().chunks().key(chunk), workspace));
            keys[chunk] =
                    new String[positions.remaining() / level.vertexFormat().rowBytes()];
            for (int row = 0; row < keys[chunk].length; row++) {
                keys[chunk][row] = key(level, chunk, row, positions, shape);
                held.merge(keys[chunk][row], rowWeight, Long::sum);
            }
        }
        boolean countsLinks =
                !isTree && !metadata.hasPaths() && level.linkDeltas().contains(0);
        if (countsLinks) {
            LinkFamily family = level.links(0);
            for (int b = 0; b < family.batches(); b++) {
                LinkBatch batch = family.read(b, workspace);
                for (int link = 0; link < batch.size(); link++) {
                    if (!batch.isCopy(link)) {
                        String key = keys[batch.chunk(link, 0)][(int) batch.row(link, 0)];
                        held.merge(key, isBytes ? 8L * batch.width() : 1, Long::sum);
                    }
                }
            }
        }
        return held;
    }

    private static long bins(VectorLevel level, double[] shape, boolean keepsBins) {
        double bins = 1;
        for (int axis = 0; axis < shape.length; axis++) {
            double along = shape[axis] / level.metadata().binShape().component(axis);
            if (!keepsBins || along != Math.rint(along)) {
                return (long) Math.pow(4, shape.length);
            }
            bins *= along;
        }
        return (long) bins;
    }

    private static long rowBytes(VectorLevel level) {
        Workspace workspace = new Workspace();
        ChunkKey first = level.vertices().chunks().key(0);
        int bytes =
                Objects.requireNonNull(level.vertices().read(first, workspace)).remaining();
        long rows = bytes / level.vertexFormat().rowBytes();
        long sum = level.vertexFormat().rowBytes();
        for (String name : level.vertexAttributeNames()) {
            @Nullable ByteBuffer values = level.vertexAttribute(name).values().read(first, workspace);
            sum += values == null ? 0 : values.remaining() / rows;
        }
        return sum;
    }

    private static String key(VectorLevel level, int chunk, int row, ByteBuffer positions, double... shape) {
        int before = level.vertices().chunks().rank() - shape.length;
        StringBuilder key = new StringBuilder();
        for (int axis = 0; axis < before; axis++) {
            key.append(level.vertices().chunks().coordinate(chunk, axis)).append('.');
        }
        for (int axis = 0; axis < shape.length; axis++) {
            double position = level.vertexFormat().coordinate(positions, row, axis);
            key.append((long) Math.floor(position / shape[axis])).append('.');
        }
        return key.toString();
    }

    private static WorldVector doubled(WorldVector shape, int axis) {
        double[] longer = shape.toArray();
        longer[axis] *= 2;
        return WorldVector.of(longer);
    }

    private static void requireLargest(VectorStore store, ChunkLimit limit) {
        ChunkShapeChoice choice = choice(store, limit);
        long fullest = fullest(store, limit.unit(), choice.shape());
        assertThat(choice.fullest()).isEqualTo(fullest).isLessThanOrEqualTo(limit.most());
        for (int axis = 0; axis < choice.shape().dimensions(); axis++) {
            WorldVector longer = doubled(choice.shape(), axis);
            if (choice.reasons().get(axis).contains("longer ones would hold no more")) {
                assertThat(chunks(store, longer)).isEqualTo(chunks(store, choice.shape()));
            } else {
                assertThat(choice.reasons().get(axis)).contains("twice as long");
                assertThat(fullest(store, limit.unit(), longer)).isGreaterThan(limit.most());
            }
            double ratio = choice.shape().component(axis)
                    / store.metadata().chunkShape().component(axis);
            assertThat(Math.getExponent(ratio)).isEqualTo((int) Math.rint(Math.log(ratio) / Math.log(2)));
        }
        assertThat(choice(store, limit)).isEqualTo(choice);
    }

    @ParameterizedTest
    @MethodSource("stores")
    void fullestChunkKeepsToTheLimitAndNoAxisCanBeDoubled(String name) {
        VectorStore store = ZvfStores.open(ZvfStores.copyOf(name));
        long now = fullest(store, ChunkLimit.Unit.BYTES, store.metadata().chunkShape());
        long chosenBins = BIN_BYTES << (2 * store.metadata().dimensions());
        for (long most : new long[] {now / 2 + chosenBins, 3 * now + chosenBins}) {
            requireLargest(store, new ChunkLimit(ChunkLimit.Unit.BYTES, most));
        }
    }

    @ParameterizedTest
    @MethodSource("storesWithLinks")
    void fullestChunkKeepsToANumberOfLinks(String name) {
        VectorStore store = ZvfStores.open(ZvfStores.copyOf(name));
        for (long most : new long[] {12, 150}) {
            requireLargest(store, new ChunkLimit(ChunkLimit.Unit.LINKS, most));
        }
    }

    /** Two levels, chunks as full as they happen to be, links of every kind. */
    @ParameterizedTest
    @MethodSource("randomStores")
    void fullestChunkOfRandomStoresKeepsToTheLimit(String template, long seed) {
        VectorStore store = RandomStores.of(template, seed);
        Random random = new Random(seed);
        for (ChunkLimit.Unit unit : ChunkLimit.Unit.values()) {
            boolean counts = unit == ChunkLimit.Unit.BYTES
                    || store.levelNumbers().stream()
                            .anyMatch(number -> LevelLoad.hasLinks(store.metadata(), store.level(number)));
            long now = fullest(store, unit, store.metadata().chunkShape());
            for (int i = 0; counts && i < LIMITS; i++) {
                long most = 1 + (long) (now * Math.pow(2, random.nextDouble(-6, 3)));
                requireLargestIfAny(store, new ChunkLimit(unit, most));
            }
        }
    }

    /** A refusal is right if parts of a chunk that are as small as can be still hold too much. */
    private static void requireLargestIfAny(VectorStore store, ChunkLimit limit) {
        try {
            requireLargest(store, limit);
        } catch (InfeasiblePlanException e) {
            WorldVector least = store.metadata().chunkShape().times(Math.scalb(1.0, -24));
            assertThat(fullest(store, limit.unit(), least)).as(e.getMessage()).isGreaterThan(limit.most());
        }
    }

    @Test
    void binsThatAreGivenDivideTheChunks() {
        VectorStore store = ZvfStores.open(ZvfStores.copyOf("09/points3d_bins"));
        WorldVector bins = store.metadata().chunkShape().times(1.0);
        ChunkLimit limit = new ChunkLimit(ChunkLimit.Unit.BYTES, 1 << 20);
        ChunkShapeChoice choice = ChunkShapeChoice.of(store, store.levelNumbers(), limit, bins, MEMORY);
        assertThat(io.rezarr.vectors.model.ChunkGrid.divides(bins, choice.shape()))
                .isTrue();
        ChunkLimit little = new ChunkLimit(ChunkLimit.Unit.BYTES, 20);
        assertThatThrownBy(() -> ChunkShapeChoice.of(store, store.levelNumbers(), little, bins, MEMORY))
                .isInstanceOf(InfeasiblePlanException.class)
                .hasMessageContaining("multiple of bins");
        assertThatThrownBy(() ->
                        ChunkShapeChoice.of(store, store.levelNumbers(), limit, WorldVector.of(0.7, 10, 10), MEMORY))
                .isInstanceOf(InvalidRequestException.class)
                .hasMessageContaining("no multiple of bins");
    }

    @Test
    void whatLiesAtOnePlaceIsRefusedWithTheFigure() {
        VectorStore store = ZvfStores.open(ZvfStores.copyOf("09/streamlines"));
        assertThatThrownBy(() -> choice(store, new ChunkLimit(ChunkLimit.Unit.BYTES, 4)))
                .isInstanceOf(InfeasiblePlanException.class)
                .hasMessageContaining("so much lies at one place");
        VectorStore points = ZvfStores.open(ZvfStores.copyOf("07/pc4"));
        assertThatThrownBy(() -> choice(points, new ChunkLimit(ChunkLimit.Unit.BYTES, 1500)))
                .isInstanceOf(InfeasiblePlanException.class)
                .hasMessage(
                        "--chunk-shape auto:1500: the index of the bins of a chunk alone takes 4.0 KiB of 1.5 KiB, and leaves no"
                                + " room for vertices. Give more: auto:%d would do, with chunks that are no smaller than now;"
                                + " or larger bins (--bin-shape).",
                        fullest(points, ChunkLimit.Unit.BYTES, points.metadata().chunkShape()));
    }

    @ParameterizedTest
    @ValueSource(strings = {"07/pc4", "07/pc3_bins", "09/points3d_bins"})
    void limitThatIsNamedWhereBinsLeaveNoRoomWouldDo(String name) {
        VectorStore store = ZvfStores.open(ZvfStores.copyOf(name));
        String message = String.valueOf(catchThrowable(() -> choice(store, new ChunkLimit(ChunkLimit.Unit.BYTES, 1)))
                .getMessage());
        Matcher named = Pattern.compile("Give more: auto:([0-9]+) would do").matcher(message);
        assertThat(named.find()).as(message).isTrue();
        ChunkShapeChoice choice = choice(store, new ChunkLimit(ChunkLimit.Unit.BYTES, Long.parseLong(named.group(1))));
        for (int axis = 0; axis < choice.shape().dimensions(); axis++) {
            assertThat(choice.shape().component(axis))
                    .isGreaterThanOrEqualTo(store.metadata().chunkShape().component(axis));
        }
    }

    @Test
    void sizesHaveUnitsThatTellThemFromTheLimit() {
        ChunkLimit limit = ChunkLimit.USUAL;
        assertThat(limit.text(7024)).isEqualTo("6.9 KiB");
        assertThat(limit.text(limit.most())).isEqualTo("16 MiB");
        assertThat(limit.text(limit.most() + 1)).isEqualTo("16777217 B");
        assertThat(new ChunkLimit(ChunkLimit.Unit.LINKS, 4096).text(4097)).isEqualTo("4097 links");
        VectorStore store = ZvfStores.open(ZvfStores.copyOf("09/streamlines"));
        assertThat(choice(store, limit).sentence()).contains(" KiB of at most 16 MiB (along ");
    }

    @Test
    void linksOfPathsAreNotCounted() {
        VectorStore store = ZvfStores.open(ZvfStores.copyOf("09/streamlines"));
        assertThatThrownBy(() -> choice(store, new ChunkLimit(ChunkLimit.Unit.LINKS, 4)))
                .isInstanceOf(InvalidRequestException.class)
                .hasMessageContaining("give a size");
    }
}
