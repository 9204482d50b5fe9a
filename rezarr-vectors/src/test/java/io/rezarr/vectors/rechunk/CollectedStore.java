package io.rezarr.vectors.rechunk;

import io.rezarr.memory.Workspace;
import io.rezarr.store.Store;
import io.rezarr.store.StorePrefix;
import io.rezarr.vectors.model.FormatVersion;
import io.rezarr.vectors.model.LinksConvention;
import io.rezarr.vectors.model.ParametricObjects;
import io.rezarr.vectors.model.StoreMetadata;
import io.rezarr.vectors.model.VectorLevel;
import io.rezarr.vectors.model.VectorStore;
import io.rezarr.vectors.write.LevelOutline;
import io.rezarr.vectors.write.LevelWriter;
import io.rezarr.vectors.write.StoreChanges;
import io.rezarr.vectors.write.StoreGrids;
import io.rezarr.vectors.write.StoreWriter;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** A store that keeps what it is given in memory, in no layout, and can be read again: so moves are tested without one. */
final class CollectedStore implements VectorStore, StoreWriter {
    private final VectorStore template;
    private final StoreGrids grids;
    private final Map<Integer, CollectedLevel> levels = new TreeMap<>();
    private @Nullable LinksConvention convention;

    CollectedStore(VectorStore template, StoreGrids grids) {
        this.template = template;
        this.grids = grids;
    }

    /** Everything that was written, as text by name. */
    Map<String, String> contents() {
        Map<String, String> contents = new TreeMap<>();
        levels.values().forEach(level -> level.describe(contents));
        contents.put("convention", String.valueOf(convention));
        return contents;
    }

    boolean isFinished() {
        return convention != null;
    }

    boolean isTouched() {
        return levels.values().stream().anyMatch(CollectedLevel::isTouched);
    }

    @Override
    public FormatVersion version() {
        return template.metadata().version();
    }

    @Override
    public StoreGrids grids() {
        return grids;
    }

    @Override
    public LevelWriter level(LevelOutline outline) {
        CollectedLevel level = new CollectedLevel(this, outline);
        levels.put(outline.number(), level);
        return level.writer();
    }

    CollectedLevel collected(int number) {
        return java.util.Objects.requireNonNull(levels.get(number));
    }

    @Override
    public void carryOthers(Workspace workspace) {}

    @Override
    public void finish(StoreChanges changes) {
        convention = changes.linksConvention();
    }

    @Override
    public void close() {}

    @Override
    public Store store() {
        return template.store();
    }

    @Override
    public StorePrefix prefix() {
        return template.prefix();
    }

    @Override
    public StoreMetadata metadata() {
        StoreMetadata of = template.metadata();
        return new StoreMetadata(
                of.version(),
                of.axes(),
                grids.chunkShape(),
                grids.binShape(),
                of.lower(),
                of.upper(),
                of.geometryTypes(),
                convention == null ? of.linksConvention() : convention,
                of.attributes());
    }

    @Override
    public List<Integer> levelNumbers() {
        return List.copyOf(levels.keySet());
    }

    @Override
    public VectorLevel level(int number) {
        return collected(number);
    }

    @Override
    public @Nullable ParametricObjects parametric() {
        return template.parametric();
    }

    @Override
    public List<String> otherMembers() {
        return template.otherMembers();
    }
}
